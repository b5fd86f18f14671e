import { SYSTEM_COLLECTIONS } from "../../store/system";
import type { Context } from "../model/context";
import { changeDocument, deleteDocument, type Change } from "../model/documents";
import { isAbsent } from "../model/read";
import type { DocValue, Value } from "../values/value";
import { CREDENTIAL_TABLE } from "./credentials";
import { implement } from "./implement";
import { merged, type TypeTable } from "./method";

function change(how: Change) {
  return (cx: Context, self: DocValue, data: Value): Value => changeDocument(cx, self, how, data);
}

const ALL = implement("Document", {
  "delete() => NullDocument": deleteDocument,
  "exists() => true": (cx, self) => !isAbsent(cx, self),
  "replace(data: Data) => Document": change("replace"),
  "update(data: Data) => Document": change("update"),
});
const USER = implement("Document", {
  "replaceData(data: Data) => Document": change("replaceData"),
  "updateData(data: Data) => Document": change("updateData"),
});

/** What documents of the user have; when they run, those of the system do, too. */
export const DOCUMENT_TABLE: TypeTable = merged(ALL, USER);

/** What documents of the system have, for the type check. */
export const SYSTEM_DOCUMENT_TABLES: Readonly<Record<string, TypeTable>> = {
  ...Object.fromEntries(Object.keys(SYSTEM_COLLECTIONS).map((name) => [name, ALL])),
  Credential: merged(ALL, CREDENTIAL_TABLE),
};

/** A document value, which reads when the block it was made in reads. */
export function reference(cx: Context, coll: number, id: bigint, name?: string): DocValue {
  const readTs = cx.atTs;
  return {
    kind: "doc",
    coll,
    id,
    ...(name === undefined ? {} : { name }),
    ...(readTs === undefined ? {} : { readTs }),
  };
}
