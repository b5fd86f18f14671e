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

const HEADER_COMMENT = `// Sending schema files replaces the whole schema of a database, so send them all, each time, and
// never a request without any: that deletes it.
`;
const UNSEEN_SCHEMA =
  "FAUNA_ADMIN_KEY was not there: whatever else the database has is missing here.";

/** Writes the schema to an FSL file. It is never sent from here: what is in the database came by FQL. */
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

/** All that the database has: whoever sends the file would delete what is not in it. */
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

/** What a role is not accepted without. */
function roleResources({ privileges, membership }: Role): string[] {
  return [...toArray(privileges), ...toArray(membership)].map(({ resource }) => resource);
}

/** The collection or function of a name, with all that the database has of it. */
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
  return [`Not in this file, and deleted if it is sent alone: ${heads}`];
}
