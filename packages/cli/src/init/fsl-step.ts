import { resolve } from "node:path";
import type { CommandContext } from "../command";
import { type Role, roleName, toArray } from "../fauna-state";
import {
  type FslItem,
  type FslSource,
  mergeFsl,
  renderCollection,
  renderProvider,
  renderRole,
  splitFsl,
} from "./fsl";
import type { InitOptions } from "./settings";
import type { Setup } from "./setup";
import type { Step } from "./step";

const HEADER_COMMENT = `// Schema files replace the whole schema of a database. Always send all of them: a request without
// any deletes the schema.
`;
const UNSEEN_SCHEMA =
  "Without FAUNA_ADMIN_KEY, anything else that the database has is missing here.";

/** Writes the schema to an FSL file. init never sends that file: it changes the database by FQL only. */
export function fslStep(
  setup: Setup,
  { cwd, files }: CommandContext<InitOptions>,
  file: string,
): Step {
  const path = resolve(cwd, file);
  return {
    title: file,
    async inspect() {
      const before = await files.read(path);
      const stored = (await setup.fauna?.schema()) ?? "";
      const { text, details: merged } = mergeFsl(
        before ?? newFileText(setup, stored),
        await desiredItems(setup, splitFsl(stored)),
      );
      const notes = missingItemsNotes(setup, text, stored);
      if (text === before) return { state: "same", details: notes };
      const apply = async (): Promise<undefined> => {
        await files.write(path, text);
      };
      const kind = before === undefined ? "create" : "update";
      const details = before === undefined ? splitFsl(text).map(({ head }) => head) : merged;
      return { state: "change", change: { kind, details: [...details, ...notes], apply } };
    },
  };
}

/** Starts a new file with the whole schema, because sending the file deletes everything else. */
function newFileText({ settings }: Setup, stored: string): string {
  const start = settings.fauna ? HEADER_COMMENT : `${HEADER_COMMENT}// ${UNSEEN_SCHEMA}\n`;
  return stored === "" ? start : `${start}\n${stored}\n`;
}

async function desiredItems(setup: Setup, stored: readonly FslSource[]): Promise<FslItem[]> {
  const { collections } = setup.settings;
  const roles = await Promise.all(
    (await setup.grantedRoles()).map((grant) => setup.desiredRole(roleName(grant))),
  );
  const named = roles.flatMap(roleResources).flatMap((name) => itemsNamed(name, stored));
  const known = new Set(stored.map(({ head }) => head));
  return [
    ...collections.flatMap((name) => itemsNamed(name, stored)),
    ...collections.map(renderCollection).filter(({ head }) => !known.has(head)),
    ...named,
    ...roles.map(renderRole),
    renderProvider(await setup.desiredProvider()),
  ];
}

/** The collections and functions that must exist for a role to be valid. */
function roleResources({ privileges, membership }: Role): string[] {
  return [...toArray(privileges), ...toArray(membership)].map(({ resource }) => resource);
}

/** The stored collection or function of that name. */
function itemsNamed(name: string, stored: readonly FslSource[]): FslItem[] {
  return stored
    .filter(({ head }) => head === `collection ${name}` || head === `function ${name}`)
    .map(({ head, text }) => ({ head, parts: [], replaces: false, source: text }));
}

function missingItemsNotes({ settings }: Setup, text: string, stored: string): string[] {
  if (!settings.fauna) return [UNSEEN_SCHEMA];
  const there = new Set(splitFsl(text).map(({ head }) => head));
  const missing = splitFsl(stored).filter(({ head }) => !there.has(head));
  if (missing.length === 0) return [];
  const heads = missing.map(({ head }) => head).join(", ");
  return [`Sending only this file would delete: ${heads}`];
}
