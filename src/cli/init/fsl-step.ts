import { resolve } from "node:path";
import type { Run } from "../command";
import { roleName } from "./fauna-state";
import { mergeFsl, renderCollection, renderProvider, renderRole, type FslItem } from "./fsl";
import type { Goal } from "./goal";
import type { InitOptions } from "./options";
import type { Step } from "./plan";

/** Writes the schema to an FSL file. It is never sent from here: what is in the database came by FQL. */
export function fslStep(goal: Goal, { cwd, files }: Run<InitOptions>, file: string): Step {
  const path = resolve(cwd, file);
  return {
    title: file,
    async inspect() {
      const before = await files.read(path);
      const { text, details } = mergeFsl(before, await itemsOf(goal));
      if (text === before) return { state: "same" };
      const apply = async (): Promise<undefined> => {
        await files.write(path, text);
      };
      const kind = before === undefined ? "create" : "update";
      return { state: "change", change: { kind, details, apply } };
    },
  };
}

async function itemsOf(goal: Goal): Promise<FslItem[]> {
  const names = (await goal.grants()).map(roleName);
  return [
    ...goal.settings.collections.map(renderCollection),
    ...(await Promise.all(names.map(async (name) => renderRole(await goal.role(name))))),
    renderProvider(await goal.provider()),
  ];
}
