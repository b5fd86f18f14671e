import { changeDocument, createDocument, deleteDocument } from "../fql/model/documents";
import { holdersOf } from "../fql/model/system/key-models";
import { passwordFits } from "../fql/model/system/password";
import { object, type DocValue, type Value } from "../fql/values/value";
import { SYSTEM_COLLECTIONS, type DocVersion } from "../store";
import type { Evaluator } from "./evaluate";

const { Credential, Token } = SYSTEM_COLLECTIONS;
const SERVER = { builtin: "admin", roles: [] } as const;

function credentialOf(document: DocValue, { context }: Evaluator): DocVersion | undefined {
  const [id] = holdersOf(context, Credential, document);
  return id === undefined
    ? undefined
    : (context.db.read(Credential, id, context.readTs) ?? undefined);
}

/** Whether a document has the password. */
export function hasPassword(document: DocValue, password: string, evaluator: Evaluator): boolean {
  const kept = credentialOf(document, evaluator)?.data.get("password");
  return typeof kept === "string" && passwordFits(password, kept);
}

/** Gives a document a password, or another one. */
export function setPassword(document: DocValue, password: string, evaluator: Evaluator): void {
  const { context } = evaluator;
  const known = credentialOf(document, evaluator);
  const fields = object([["password", password]]);
  if (known)
    changeDocument(context, { kind: "doc", coll: Credential, id: known.id }, "update", fields);
  else
    createDocument(
      context,
      Credential,
      object([
        ["document", document],
        ["password", password],
      ]),
    );
}

/** A token of a document, whatever else whoever asks may do. */
export function makeToken(
  document: DocValue,
  ttl: Value | undefined,
  evaluator: Evaluator,
): DocValue {
  const fields: [string, Value][] = [["document", document]];
  if (ttl !== undefined) fields.push(["ttl", ttl]);
  return evaluator.context.withAuthority(SERVER, () =>
    createDocument(evaluator.context, Token, object(fields)),
  );
}

/** Ends the token that was sent, or all of its document. */
export function endTokens(all: boolean, { context, session }: Evaluator): boolean {
  const { holder, caller } = session;
  if (!caller.identity || holder?.coll !== Token) return false;
  const ids = all ? holdersOf(context, Token, caller.identity) : [holder.id];
  context.withAuthority(SERVER, () => {
    for (const id of ids) deleteDocument(context, { kind: "doc", coll: Token, id });
  });
  return true;
}
