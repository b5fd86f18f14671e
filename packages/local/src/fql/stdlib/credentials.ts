import { SYSTEM_COLLECTIONS } from "../../store/system";
import type { Context } from "../model/context";
import { createDocument } from "../model/documents";
import { requireDocument } from "../model/read";
import { passwordFits } from "../model/system/password";
import { NULL, type DocValue, type Value } from "../values/value";
import { implement } from "./implement";
import type { TypeTable } from "./method";
import { holdersOf } from "../model/system/key-models";
import { setOf } from "../sets/read-set";
import { DocumentSource } from "../sets/documents";
import { BY_DOCUMENT } from "../../store/collection-store";
import { IndexStore } from "../../store/index-store";

function fits(cx: Context, self: DocValue, given: string): boolean {
  const stored = requireDocument(cx, self).data.get("password");
  return typeof stored === "string" && passwordFits(given, stored);
}

/** The reference to a document; null passes for one until the function runs. */
function documentOf(cx: Context, given: Value): DocValue {
  if (typeof given === "object" && given.kind === "doc")
    return { kind: "doc", coll: given.coll, id: given.id };
  throw cx.error("invalid_argument", "expected value for `document` of type Doc, received Null");
}

function login(cx: Context, self: DocValue, secret: string, ttl?: Value): DocValue {
  if (!fits(cx, self, secret)) throw cx.error("invalid_secret", "Provided secret did not match.");
  const document = requireDocument(cx, self).data.get("document") ?? NULL;
  const fields = new Map<string, Value>([["document", document]]);
  if (ttl !== undefined) fields.set("ttl", ttl);
  return createDocument(cx, SYSTEM_COLLECTIONS.Token, { kind: "object", fields });
}

/** Methods that documents of `Credential` have besides those of all documents. */
export const CREDENTIAL_TABLE: TypeTable = implement("Document", {
  "login(secret: String, ttl?: Time) => Token": login,
  "verify(secret: String) => Boolean": fits,
});

/** The credential of a document; one that is not there has no id. */
export const CREDENTIALS: TypeTable = implement("Collection", {
  "byDocument(document: Doc | Null) => Ref<Credential>": (cx, { id: coll }, document) => {
    const [id = -1n] = holdersOf(cx, coll, documentOf(cx, document));
    return { kind: "doc", coll, id };
  },
});

/** The tokens of a document. */
export const TOKENS: TypeTable = implement("Collection", {
  "byDocument(document: Doc) => Set<Token>": (cx, { id: coll }, document) => {
    const of = documentOf(cx, document);
    return setOf(cx, new DocumentSource(coll, BY_DOCUMENT, IndexStore.bucket([of]), {}, cx.atTs));
  },
});
