import { ADMIN, type Caller } from "./context";
import { inRole } from "./functions";
import { byJwt, isTimely, type Minted, type Refusal } from "./jwt";
import { listOf } from "./listed";
import { holds } from "./rights";
import { SECRETS } from "./system";
import { Doc, Time, type Rec, type Value, type Version } from "./values";
import type { World } from "./world";

export interface Session {
  readonly world: World;
  readonly caller: Caller;
  /** Whether what it began with still holds: its secret, and what its roles allow. */
  readonly isValid: () => boolean;
}

/** The tokens that were made, by their text. */
export const MINTED = new Map<string, Minted>();

const NOBODY = { status: 401 } as const;

/** Who asks, by the header of a request. */
export function sessionOf(root: World, header: string | undefined): Session | Refusal {
  const text = /^Bearer +(.*?) *$/.exec(header ?? "")?.[1];
  if (text === undefined) return NOBODY;
  if (!/^ey.*\./.test(text)) return bySecret(root, text);
  const token = MINTED.get(text);
  if (!token) return { status: 500, body: "internal server error" };
  const found = byJwt(root, token);
  if ("status" in found) return found;
  return watched(found.world, found.caller, () => isTimely(token, root.now / 1e6));
}

/** A session ends when the list of privileges of one of its roles is another one. */
function watched(world: World, caller: Caller, holdsStill: () => boolean): Session {
  const privileges = (): Value[] =>
    caller.roles.map((role) => world.system("Role", role, "privileges"));
  const before = privileges();
  return {
    world,
    caller,
    isValid: () => holdsStill() && privileges().every((list, i) => list === before[i]),
  };
}

const SCOPE = /^(?:admin|server|server-readonly|client|@role\/.*|@doc\/.*)$/;

/** `secret`, `secret:role` or `secret:database:role`. */
function bySecret(root: World, text: string): Session | Refusal {
  const [secret = "", ...rest] = text.split(":");
  const found = ofSecret(root, secret);
  if ("status" in found || !rest.length) return found;
  const scope = rest.pop()!;
  if (!SCOPE.test(scope) && !rest.length) return found;
  const world = rest.length ? found.world.children.get(rest[0]!) : found.world;
  if (found.caller.builtin !== "admin" || !world || !SCOPE.test(scope)) return NOBODY;
  return scoped(world, scope);
}

function scoped(world: World, scope: string): Session | Refusal {
  const [kind, name = "", id = ""] = scope.split("/");
  if (kind === "@doc")
    return world.read(name, id) ? asDocument(world, new Doc(name, id), null) : NOBODY;
  if (kind === "@role" && !world.read("Role", name)) return NOBODY;
  return watched(world, inRole(ADMIN, kind === "@role" ? name : scope), () => true);
}

function isOver({ fields }: Version, now: number): boolean {
  const ttl = fields.get("ttl");
  return ttl instanceof Time && ttl.micros <= now;
}

function ofSecret(root: World, secret: string): Session | Refusal {
  if (secret === "secret") return { world: root, caller: ADMIN, isValid: () => true };
  const kept = SECRETS.get(secret);
  const version = kept?.world.read(kept.doc.coll, kept.doc.id);
  if (!kept || !version || isOver(version, root.now)) return NOBODY;
  const isKept = (): boolean => kept.world.read(kept.doc.coll, kept.doc.id) === version;
  if (kept.doc.coll === "Token") {
    const session = asDocument(kept.world, version.fields.get("document") as Doc, kept.doc);
    return "status" in session
      ? session
      : { ...session, isValid: () => isKept() && session.isValid() };
  }
  const inside = version.fields.get("database");
  const world = typeof inside === "string" ? kept.world.children.get(inside) : kept.world;
  return world ? watched(world, inRole(ADMIN, String(version.fields.get("role"))), isKept) : NOBODY;
}

/** Whoever acts as a document has the roles that it is a member of. */
function asDocument(world: World, identity: Doc, token: Doc | null): Session | Refusal {
  if (!world.read(identity.coll, identity.id)) return NOBODY;
  const roles = world.all("Role").filter(({ version }) =>
    listOf(version.fields.get("membership") ?? null).some((entry) => {
      const { resource, predicate } = Object.fromEntries((entry as Rec).fields);
      const judge = { world, caller: ADMIN };
      return (
        resource === identity.coll &&
        (typeof predicate !== "string" || holds(judge, predicate, [identity]))
      );
    }),
  );
  return watched(world, { roles: roles.map(({ id }) => id), token, identity }, () => true);
}
