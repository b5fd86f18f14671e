import { listOf } from "./listed";
import type { Builtin, Cx } from "./context";
import { applyText } from "./evaluate";
import { Doc, Failure, Rec, sameValue, type Value, type Version } from "./values";

type Action =
  | "read"
  | "history_read"
  | "create"
  | "create_with_id"
  | "history_write"
  | "write"
  | "delete"
  | "call";

/** What the built-in roles may do; whoever has none goes by the privileges of their roles. */
const BUILTIN: Record<Builtin, { may: (action: Action) => boolean; onlyAdmins: boolean }> = {
  admin: { may: () => true, onlyAdmins: true },
  server: { may: () => true, onlyAdmins: false },
  "server-readonly": { may: (action) => action.endsWith("read"), onlyAdmins: false },
  client: { may: () => false, onlyAdmins: false },
};

const FOR_ADMINS = ["Role", "Key", "Database", "AccessProvider"];
/** What a document may do with the tokens and credentials that were made for it. */
const OWN: Partial<Record<Action, readonly string[]>> = {
  read: ["Token", "Credential"],
  delete: ["Token"],
};

/** What a role says of an action: yes, no, or a predicate. */
function rule(cx: Cx, role: string, resource: string, action: Action): Value {
  for (const privilege of listOf(cx.world.system("Role", role, "privileges"))) {
    if (!(privilege instanceof Rec) || privilege.fields.get("resource") !== resource) continue;
    const actions = privilege.fields.get("actions");
    return actions instanceof Rec ? (actions.fields.get(action) ?? null) : null;
  }
  return null;
}

/** Roles add up: one that allows is enough. A predicate that fails, or says anything but `true`, does not allow. */
function allows(cx: Cx, resource: string, action: Action, args: readonly Value[]): boolean {
  const { builtin, roles } = cx.caller;
  if (builtin)
    return (
      BUILTIN[builtin].may(action) &&
      (BUILTIN[builtin].onlyAdmins || !FOR_ADMINS.includes(resource))
    );
  return roles.some((role) => {
    const said = rule(cx, role, resource, action);
    return typeof said === "string" ? holds(cx, said, args) : said === true;
  });
}

/** Predicates read everything and write nothing. They judge the present, but of an event what it was about. */
export function holds(cx: Cx, predicate: string, args: readonly Value[]): boolean {
  const { asOf: _, history, ...rest } = cx;
  const seen = history || cx.asOf === undefined ? rest : { ...rest, asOf: cx.asOf };
  const judge: Cx = { ...seen, caller: { ...cx.caller, builtin: "server" }, readsOnly: true };
  try {
    return applyText(judge, predicate, args) === true;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

function own(cx: Cx, doc: Doc, action: Action): boolean {
  if (!OWN[action]?.includes(doc.coll) || !cx.caller.identity) return false;
  return sameValue(cx.world.system(doc.coll, doc.id, "document"), cx.caller.identity);
}

/** A reference that was made in the past asks for another right. */
export function mayRead(cx: Cx, { coll, id, more }: Doc): boolean {
  const doc = new Doc(coll, id);
  return (
    own(cx, doc, "read") ||
    allows(cx, coll, more.asOf === undefined ? "read" : "history_read", [doc])
  );
}

/** Whether there is any way to read from a collection. */
export function mayReadSome(cx: Cx, coll: string): boolean {
  if (cx.caller.builtin) return allows(cx, coll, "read", []);
  return cx.caller.roles.some((role) => {
    const said = rule(cx, role, coll, "read");
    return said === true || typeof said === "string";
  });
}

export function mayCreate(
  cx: Cx,
  coll: string,
  id: string,
  fresh: Version,
  ownId: boolean,
): boolean {
  const doc = new Doc(coll, id, { fixed: fresh });
  const history = [doc, cx.world.now as Value, "create", new Rec(fresh.fields)];
  const mayName = (): boolean =>
    allows(cx, coll, "create_with_id", [doc]) || allows(cx, coll, "history_write", history);
  return (!ownId || mayName()) && allows(cx, coll, "create", [doc]);
}

/** The predicate is given the document, and what it is to be: at the time of the version before. */
export function mayWrite(cx: Cx, doc: Doc, before: Version, after: Version["fields"]): boolean {
  const next = new Doc(doc.coll, doc.id, { fixed: { ts: before.ts, fields: after } });
  return allows(cx, doc.coll, "write", [new Doc(doc.coll, doc.id), next]);
}

export function mayDelete(cx: Cx, doc: Doc): boolean {
  return own(cx, doc, "delete") || allows(cx, doc.coll, "delete", [new Doc(doc.coll, doc.id)]);
}

export function mayCall(cx: Cx, name: string, args: readonly Value[]): boolean {
  return allows(cx, name, "call", args);
}

export function denied(): Failure {
  return new Failure("permission_denied", "Insufficient privileges to perform the action.");
}

export function noAccess(coll: string): Failure {
  return new Failure(
    "permission_denied",
    `Insufficient privileges to read from collection ${coll}.`,
  );
}
