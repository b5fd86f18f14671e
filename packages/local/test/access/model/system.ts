import type { Cx } from "./context";
import { look, writable } from "./documents";
import { allOf } from "./sets";
import { denied, mayCreate, mayWrite } from "./rights";
import { Doc, Failure, Rec, Rows, sameValue, type Value } from "./values";
import { World } from "./world";

/** Secrets, and what they are of. */
export const SECRETS = new Map<string, { readonly world: World; readonly doc: Doc }>();

/** Collections whose documents have secrets instead of names. */
const WITH_SECRET = ["Key", "Token", "Credential"];

const DEFAULTS: Record<string, readonly (readonly [string, Value])[]> = {
  Collection: [
    ["indexes", new Rec(new Map())],
    ["constraints", []],
    ["history_days", 0],
  ],
};

export function createSystem(cx: Cx, coll: string, given: Rec): Doc {
  writable(cx);
  const { world } = cx;
  const hasSecret = WITH_SECRET.includes(coll);
  const id = hasSecret ? world.newId() : String(given.fields.get("name"));
  const fields = new Map([...(DEFAULTS[coll] ?? []), ...given.fields]);
  if (!hasSecret) fields.delete("name");
  if (coll === "AccessProvider") fields.set("audience", audienceOf(world));
  if (!mayCreate(cx, coll, id, { ts: world.now, fields }, false)) throw denied();
  world.write(coll, id, fields);
  if (coll === "Database") world.children.set(id, new World(world.clock));
  return hasSecret ? secretOf(cx, new Doc(coll, id)) : new Doc(coll, id);
}

/** The database that claims name by `aud`. */
export function audienceOf(world: World): string {
  const known = AUDIENCES.get(world) ?? `https://db.fauna.com/db/ymodel${1000 + AUDIENCES.size}`;
  AUDIENCES.set(world, known);
  return known;
}
const AUDIENCES = new Map<World, string>();

/** A secret is told when its document is made, and never again. */
function secretOf({ world }: Cx, { coll, id }: Doc): Doc {
  const secret = `fnModel${SECRETS.size}`.padEnd(40, "x");
  SECRETS.set(secret, { world, doc: new Doc(coll, id) });
  const { ts, fields } = world.read(coll, id)!;
  if (coll === "Credential") return new Doc(coll, id);
  return new Doc(coll, id, { fixed: { ts, fields: new Map([...fields, ["secret", secret]]) } });
}

/** A change; a role that gets another name takes along what refers to it. */
export function changeSystem(cx: Cx, doc: Doc, given: Rec): Doc {
  const before = look(cx, doc);
  if (typeof before === "string") throw denied();
  writable(cx);
  const fields = new Map([...before.fields, ...given.fields]);
  const name = given.fields.get("name");
  fields.delete("name");
  if (!mayWrite(cx, doc, before, fields)) throw denied();
  if (typeof name !== "string" || name === doc.id) {
    cx.world.write(doc.coll, doc.id, fields);
    return new Doc(doc.coll, doc.id);
  }
  cx.world.write(doc.coll, doc.id, null);
  cx.world.write(doc.coll, name, fields);
  for (const [coll, field] of [
    ["AccessProvider", "roles"],
    ["Key", "role"],
  ] as const)
    for (const { id, version } of cx.world.all(coll))
      cx.world.write(
        coll,
        id,
        new Map([...version.fields, [field, renamed(version.fields.get(field)!, doc.id, name)]]),
      );
  return new Doc(doc.coll, name);
}

function renamed(value: Value, from: string, to: string): Value {
  if (value === from) return to;
  if (Array.isArray(value))
    return (value as readonly Value[]).map((item) => renamed(item, from, to));
  if (!(value instanceof Rec)) return value;
  return new Rec(
    new Map([...value.fields].map(([name, field]) => [name, renamed(field, from, to)])),
  );
}

/** The credential of a document, or the set of its tokens. */
export function credentialOf(cx: Cx, coll: string, of: Doc): Doc | Rows {
  const isOf = (id: string): boolean => sameValue(cx.world.system(coll, id, "document"), of);
  if (coll === "Credential") return new Doc(coll, cx.world.ids(coll).find(isOf) ?? "-1");
  const rows = allOf(cx, coll);
  return new Rows(
    (reader) => rows.read(reader).filter(({ value }) => isOf((value as Doc).id)),
    rows.followed,
  );
}

export function login(cx: Cx, credential: Doc, password: Value): Doc {
  const { fields } = cx.world.read("Credential", credential.id)!;
  if (fields.get("password") !== password)
    throw new Failure("invalid_secret", "Provided secret did not match.");
  const id = cx.world.newId();
  cx.world.write("Token", id, new Map([["document", fields.get("document")!]]));
  return secretOf(cx, new Doc("Token", id));
}
