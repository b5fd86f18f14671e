import { now } from "./clock";
import { sleep } from "./sleep";

/** For how long after a stream has opened an update may be cut in two. */
const OPENING_MS = 200;
/** How long its second part is waited for. A real server took up to 0.4 s. */
const SECOND_PART_MS = 500;

/**
 * Yields the batches of a stream that is being opened, with both parts of an update in one.
 *
 * Fauna may tell of one update in two parts: where what a stream replays ends and what is new begins, a `remove` of the
 * old version comes last, and an `update` or `add` of the same cursor a moment later. So that the row stays meanwhile,
 * such a `remove` waits for the next batch, or a moment. Once the stream is open, none waits.
 *
 * @param batches - the lines of the stream, in batches as they come.
 */
export async function* joinSplitUpdate(
  batches: AsyncGenerator<string[], undefined>,
): AsyncGenerator<string[], undefined> {
  let openedAt: number | undefined;
  let isOpening = true;
  let held: string[] = [];
  try {
    for (let batch = await batches.next(); !batch.done;) {
      const lines = [...held, ...batch.value];
      openedAt ??= now();
      isOpening &&= now() - openedAt < OPENING_MS;
      held = isOpening && isRemoval(lines.at(-1)) ? lines.splice(-1) : [];
      yield lines;
      const next = batches.next();
      if (held.length) {
        const timer = new AbortController();
        const late = sleep(SECOND_PART_MS, timer.signal);
        const first = await Promise.race([next, late]).finally(() => timer.abort());
        if (!first) yield held.splice(0);
      }
      batch = await next;
    }
    yield held;
  } finally {
    // Not awaited: the end of a stream that is being read is that of its signal.
    void batches.return(undefined);
  }
}

const isRemoval = (line = "{}"): boolean =>
  (JSON.parse(line) as { readonly type?: string }).type === "remove";
