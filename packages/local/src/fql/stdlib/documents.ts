import { DOCUMENT, USER_DOCUMENT } from "../../types/library";
import type { Context } from "../evaluator/context";
import { changeDocument, deleteDocument, type Change } from "../model/documents";
import { isAbsent } from "../model/read";
import type { DocValue, Value } from "../values/value";
import { implement } from "./implement";
import { merged, type TypeTable } from "./method";

function change(how: Change) {
  return (cx: Context, self: DocValue, data: Value): Value => changeDocument(cx, self, how, data);
}

const SHARED = implement<typeof DOCUMENT, DocValue>(DOCUMENT, {
  delete: deleteDocument,
  exists: (cx, self) => !isAbsent(cx, self),
  replace: change("replace"),
  update: change("update"),
});
const USER = implement<typeof USER_DOCUMENT, DocValue>(USER_DOCUMENT, {
  replaceData: change("replaceData"),
  updateData: change("updateData"),
});

/** Methods of documents. */
export const DOCUMENT_TABLE: TypeTable = merged(SHARED, USER);

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
