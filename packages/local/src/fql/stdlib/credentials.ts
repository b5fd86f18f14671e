import { SYSTEM_COLLECTIONS } from "../../store/system";
import type { Context } from "../evaluator/context";
import { createDocument } from "../model/documents";
import { readDocument, requireDocument } from "../model/read";
import { passwordFits } from "../model/system/password";
import { NULL, type CollectionValue, type DocValue, type Value } from "../values/value";
import { method, methods, type Method, type TypeTable } from "./method";

function fits(cx: Context, self: DocValue, given: string): boolean {
  const stored = requireDocument(cx, self).data.get("password");
  return typeof stored === "string" && passwordFits(given, stored);
}

function login(cx: Context, self: DocValue, [secret, ttl]: [string, Value?]): DocValue {
  if (!fits(cx, self, secret)) throw cx.error("invalid_secret", "Invalid secret.");
  const document = requireDocument(cx, self).data.get("document") ?? NULL;
  const fields = new Map<string, Value>([["document", document]]);
  if (ttl !== undefined) fields.set("ttl", ttl);
  return createDocument(cx, SYSTEM_COLLECTIONS.Token, { kind: "object", fields });
}

/** Methods that documents of `Credential` have besides those of all documents. */
export const CREDENTIAL_TABLE: TypeTable = {
  methods: methods(
    method("login(secret: String, ttl?: Time)", login),
    method("verify(secret: String)", (cx: Context, self: DocValue, [secret]: [string]) =>
      fits(cx, self, secret),
    ),
  ),
};

/** The first document of `Token` or `Credential` that is for a document. */
function byDocument(cx: Context, { id: coll }: CollectionValue, document: DocValue): Value {
  const index = cx.db.collection(coll).index("all");
  for (const { id } of index?.scan("", cx.readTs, {}, false, null) ?? []) {
    cx.step();
    const found: DocValue = { kind: "doc", coll, id };
    const version = readDocument(cx, found);
    const of = typeof version === "string" ? undefined : version.data.get("document");
    if (typeof of !== "object" || of.kind !== "doc") continue;
    if (of.coll === document.coll && of.id === document.id) return found;
  }
  return NULL;
}

export const BY_DOCUMENT: Method = method(
  "byDocument(document: Doc)",
  (cx: Context, self: CollectionValue, [document]: [DocValue]) => byDocument(cx, self, document),
);
