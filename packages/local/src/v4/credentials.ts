import { changeDocument, createDocument, deleteDocument } from "../fql/model/documents";
import { holdersOf } from "../fql/model/system/key-models";
import { passwordFits } from "../fql/model/system/password";
import { object, type DocValue, type Value } from "../fql/values/value";
import { SYSTEM_COLLECTIONS, type DocVersion } from "../store";
import type { ValidationFailure } from "./errors";
import type { Evaluator } from "./evaluate";
import type { V4Object } from "./values";

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

/** Only with a server's rights a password is changed without the one before. */
export function invalidPassword(
  known: DocVersion,
  params: V4Object | undefined,
  { evaluator: { context } }: { readonly evaluator: Evaluator },
): readonly ValidationFailure[] {
  if (!params?.has("password") || context.authority.builtin === "server") return [];
  const [kept, given] = [known.data.get("password"), params.get("current_password")];
  const fits = typeof kept === "string" && typeof given === "string" && passwordFits(given, kept);
  if (fits) return [];
  const description = "Invalid password at `current_password`.";
  return [{ field: ["current_password"], code: "invalid password", description }];
}

/** A token of a document, whatever else whoever asks may do. */
export function makeToken(
  document: DocValue,
  more: ReadonlyMap<string, Value>,
  evaluator: Evaluator,
): DocValue {
  const fields: [string, Value][] = [["document", document], ...more];
  return evaluator.context.withAuthority(SERVER, () =>
    createDocument(evaluator.context, Token, object(fields)),
  );
}

/** Ends the token that was sent, or all of its document. */
export function endTokens(all: boolean, { context, asker }: Evaluator): boolean {
  const { holder, caller } = asker;
  if (!caller.identity || holder?.coll !== Token) return false;
  const ids = all ? holdersOf(context, Token, caller.identity) : [holder.id];
  context.withAuthority(SERVER, () => {
    for (const id of ids) deleteDocument(context, { kind: "doc", coll: Token, id });
  });
  return true;
}
