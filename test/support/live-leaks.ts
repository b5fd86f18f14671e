import { queryObjects, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;

/** How many of the objects are alive after everything that nobody holds is gone. */
export async function countHeld(objects: readonly WeakRef<object>[]): Promise<number> {
  await collectGarbage();
  return objects.filter((object) => object.deref()).length;
}

/**
 * How many objects of each class are alive after everything that nobody holds is gone. It takes a second: where a test
 * has the objects, {@link countHeld} is quicker.
 */
export async function countAlive<K extends string>(
  classes: Readonly<Record<K, object>>,
): Promise<Record<K, number>> {
  await collectGarbage();
  const counts = Object.entries<object>(classes).map(([name, each]): [string, number] => [
    name,
    queryObjects(each as never, { format: "count" }),
  ]);
  return Object.fromEntries(counts) as Record<K, number>;
}

/** Bytes in use after everything that nobody holds is gone. */
export async function heapUsed(): Promise<number> {
  await collectGarbage();
  return process.memoryUsage().heapUsed;
}

async function collectGarbage(): Promise<void> {
  // What is held weakly, and what finalizers hold, goes a turn later.
  for (let round = 0; round < 3; round++) {
    gc();
    await new Promise((resume) => setImmediate(resume));
  }
}
