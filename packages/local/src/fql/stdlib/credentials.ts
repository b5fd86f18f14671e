import { SYSTEM_COLLECTIONS } from "../../store/system";
import type { Context } from "../evaluator/context";
import { createDocument } from "../model/documents";
import { requireDocument } from "../model/read";
import { passwordFits } from "../model/system/password";
import {
  NULL,
  type CollectionValue,
  type DocValue,
  type Value,
  type SetValue,
} from "../values/value";
import { method, methods, type Method, type TypeTable } from "./method";
import { holdersOf } from "../model/system/key-models";
import { setOf } from "../sets/read-set";
import { DocumentSource } from "../sets/documents";
import { BY_DOCUMENT } from "../../store/collection-store";
import { IndexStore } from "../../store/index-store";

function fits(cx: Context, self: DocValue, given: string): boolean {
  const stored = requireDocument(cx, self).data.get("password");
  return typeof stored === "string" && passwordFits(given, stored);
}

function login(cx: Context, self: DocValue, [secret, ttl]: [string, Value?]): DocValue {
  if (!fits(cx, self, secret)) throw cx.error("invalid_secret", "Provided secret did not match.");
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

/** The credential of a document; one that is not there has no id. */
export const CREDENTIAL_BY_DOCUMENT: Method = method(
  "byDocument(document: Doc)",
  (cx: Context, { id: coll }: CollectionValue, [document]: [DocValue]): DocValue => {
    const [id = -1n] = holdersOf(cx, coll, { coll: document.coll, id: document.id });
    return { kind: "doc", coll, id };
  },
);

/** The tokens of a document. */
export const TOKENS_BY_DOCUMENT: Method = method(
  "byDocument(document: Doc)",
  (cx: Context, { id: coll }: CollectionValue, [document]: [DocValue]): SetValue => {
    const of: DocValue = { kind: "doc", coll: document.coll, id: document.id };
    return setOf(cx, new DocumentSource(coll, BY_DOCUMENT, IndexStore.bucket([of]), {}, cx.atTs));
  },
);
