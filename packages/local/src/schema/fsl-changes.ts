import { print } from "../fql/printer";
import { printType } from "../fql/print-type";
import { elementsOf, type Element } from "./fsl-elements";
import type { FslNode } from "./fsl-nodes";

/** What is different between an item as it was and as it is to be. */
export type Change =
  | { readonly change: "rename"; readonly to: string }
  | { readonly change: "add" | "remove"; readonly element: Element }
  | { readonly change: "modify"; readonly element: Element; readonly after: Element }
  | { readonly change: "type"; readonly element: Element; readonly after: Element }
  | { readonly change: "no default"; readonly element: Element }
  | { readonly change: "block"; readonly element: Element; readonly changes: readonly Change[] }
  | { readonly change: "signature" | "body" };

/** Without fields a collection takes all fields. */
const IMPLICIT_WILDCARD: Element = {
  kind: "implicit wildcard",
  is: "field",
  name: "*",
  id: "wildcard *",
  category: null,
  span: { start: 0, end: 0 },
  config: null,
  value: "",
  type: null,
  members: null,
};

/** A collection that says nothing of its history keeps none. */
const IMPLICIT_HISTORY: Element = {
  kind: "history_days",
  is: "member",
  name: null,
  id: "history_days ",
  category: "configuration",
  span: { start: 0, end: 0 },
  config: null,
  value: "0",
  type: null,
  members: null,
};

function withHistory(members: readonly Element[]): readonly Element[] {
  if (members.some(({ kind }) => kind === "history_days")) return members;
  const behind = members.findIndex(({ kind }) =>
    /^(ttl_days|document_ttls|migrations)$/.test(kind),
  );
  return members.toSpliced(behind < 0 ? members.length : behind, 0, IMPLICIT_HISTORY);
}

function withWildcard(fields: readonly Element[]): readonly Element[] {
  return fields.some(({ kind }) => kind !== "compute") ? fields : [...fields, IMPLICIT_WILDCARD];
}

/** First what is new, then what is gone, then what has changed. */
function aligned(
  before: readonly Element[],
  after: readonly Element[],
  compare: (before: Element, after: Element) => readonly Change[],
): Change[] {
  const old = new Map(before.map((element) => [element.id, element]));
  const now = new Map(after.map((element) => [element.id, element]));
  const added = after.filter((element) => !old.has(element.id));
  const removed = before.filter((element) => !now.has(element.id));
  return [
    ...added.map((element): Change => ({ change: "add", element })),
    ...removed.map((element): Change => ({ change: "remove", element })),
    ...[...old.values()].flatMap((element) => {
      const found = now.get(element.id);
      return found ? compare(element, found) : [];
    }),
  ];
}

function memberChanges(before: Element, after: Element): readonly Change[] {
  if (before.members && after.members) {
    const changes = aligned(before.members, after.members, memberChanges);
    return changes.length ? [{ change: "block", element: before, changes }] : [];
  }
  if (before.value === after.value && !before.members === !after.members) return [];
  if (before === IMPLICIT_HISTORY) return [{ change: "add", element: after }];
  if (after === IMPLICIT_HISTORY) return [{ change: "remove", element: before }];
  return [{ change: "modify", element: before, after }];
}

function fieldChanges(before: Element, after: Element): readonly Change[] {
  const changes: Change[] = [];
  if (before.value !== after.value)
    changes.push(
      after.value
        ? { change: "modify", element: before, after }
        : { change: "no default", element: before },
    );
  const isTyped = before.kind === "compute" ? before.type && after.type : after.type;
  if (isTyped && before.type?.text !== after.type?.text)
    changes.push({ change: "type", element: before, after });
  return changes;
}

function functionChanges({ value: a }: FslNode, { value: b }: FslNode): Change[] {
  if (a?.kind !== "function" || b?.kind !== "function") return [];
  const head = ({ params, result }: typeof a): string =>
    JSON.stringify([
      params.map(({ name, type, variadic }) => [name.text, type && printType(type), variadic]),
      result && printType(result),
    ]);
  return [
    ...(head(a) === head(b) ? [] : [{ change: "signature" } as const]),
    ...(print(a.body) === print(b.body) ? [] : [{ change: "body" } as const]),
  ];
}

/** What changes between two items; `before` may be null for one that has no parts yet. */
export function changesOf(before: FslNode | null, after: FslNode | null): Change[] {
  const none = { annotations: [], fields: [], members: [] };
  const old = before ? elementsOf(before) : none;
  const now = after ? elementsOf(after) : none;
  const isCollection = (before ?? after)?.keyword.text === "collection";
  const fields = (each: readonly Element[]): readonly Element[] =>
    isCollection ? withWildcard(each) : each;
  const members = (each: readonly Element[]): readonly Element[] =>
    isCollection ? withHistory(each) : each;
  const [from, to] = [before?.name?.text, after?.name?.text];
  return [
    ...(from !== undefined && to !== undefined && from !== to
      ? [{ change: "rename", to } as const]
      : []),
    ...aligned(old.annotations, now.annotations, memberChanges),
    ...aligned(fields(old.fields), fields(now.fields), fieldChanges),
    ...aligned(members(old.members), members(now.members), memberChanges),
    ...(before && after ? functionChanges(before, after) : []),
  ];
}
