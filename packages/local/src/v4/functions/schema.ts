import { createDocument } from "../../fql/model/documents";
import { SYSTEM_COLLECTIONS, type DocVersion, type SystemCollection } from "../../store";
import type { Value } from "../../fql/values/value";
import { object } from "../casts";
import { toStore } from "../convert";
import { notFound, ONLY_V10, toV4, writing } from "../documents";
import { invalidArgument, V4Error } from "../errors";
import { Lambda, type V4Object } from "../values";
import { define, type CallSite, type V4Function } from "./define";

const VALID_NAME = /^[;@+$\-_.!~%\w]+$/;

/** The functions that make schema documents, and how the server calls what they make. */
const MAKERS: Readonly<
  Record<string, { readonly system: SystemCollection; readonly what: string }>
> = {
  create_collection: { system: "Collection", what: "Collection" },
  create_class: { system: "Collection", what: "Collection" },
  create_database: { system: "Database", what: "Database" },
  create_key: { system: "Key", what: "Key" },
  create_function: { system: "Function", what: "Function" },
  create_role: { system: "Role", what: "Role" },
  create_index: { system: "Index", what: "Index" },
  create_access_provider: { system: "AccessProvider", what: "Access provider" },
};

function checkName(params: V4Object, site: CallSite, parameter: string): void {
  const name = params.get("name");
  if (typeof name === "string" && VALID_NAME.test(name)) return;
  const failure =
    typeof name === "string"
      ? {
          code: "invalid characters",
          description: `The name ${name} uses invalid characters. Valid characters must match: [;@+$\\-_.!~%\\w]+`,
        }
      : { code: "value required", description: "Required value not found." };
  throw new V4Error("validation failed", "document data is not valid.", site.at(parameter), [
    { field: ["name"], ...failure },
  ]);
}

function make(name: string, params: V4Object, site: CallSite): V4Object {
  const { system, what } = MAKERS[name] ?? { system: "Collection", what: "Collection" };
  const { context, references } = site.evaluator;
  if (system !== "Key") checkName(params, site, name);
  if (params.get("body") instanceof Lambda)
    throw invalidArgument("The local Fauna stores no functions of FQL v4.", site.at(name));
  const fields = new Map<string, Value>();
  for (const [key, value] of params)
    fields.set(key, toStore(value, references, [...site.at(name), key]));
  const at = site.at(name);
  return writing(what, { denied: at, missing: at, at }, () => {
    const created = createDocument(context, SYSTEM_COLLECTIONS[system], { kind: "object", fields });
    const made = context.db.read(created.coll, created.id, context.tx.ts);
    if (!made) throw notFound(at);
    return toV4(withoutUnasked(made, params, site), site.evaluator);
  });
}

/** A collection that v4 makes has no lists that FQL v10 would show empty. */
function withoutUnasked(made: DocVersion, params: V4Object, { evaluator }: CallSite): DocVersion {
  if (made.coll !== SYSTEM_COLLECTIONS.Collection) return made;
  const data = [...made.data].filter(([key]) => !ONLY_V10.has(key) || params.has(key));
  return evaluator.context.tx.put(made.coll, made.id, new Map(data));
}

export const schema: readonly V4Function[] = Object.keys(MAKERS).map((name) =>
  define({ [name]: object }, (args, site) => make(name, args[name] ?? new Map(), site)),
);
