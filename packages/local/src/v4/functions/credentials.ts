import { secretHolder } from "../../store/secret-holder";
import type { DocValue, Value } from "../../fql/values/value";
import { boolean, identifier, object, string } from "../casts";
import { toStore } from "../convert";
import { endTokens, hasPassword, makeToken } from "../credentials";
import { stored, toV4 } from "../documents";
import { V4Error } from "../errors";
import { itemsOf } from "../pages";
import { Ref, type SetRef, type V4Object } from "../values";
import { define, type CallSite, type V4Function } from "./define";
import { refuseFields, wrongField } from "./fields";

/** A set stands for its first document. */
function documentOf(target: Ref | SetRef, { evaluator, position }: CallSite): DocValue | undefined {
  const ref = target instanceof Ref ? target : itemsOf(target, evaluator, position)[0]?.ref;
  return ref && !ref.database ? evaluator.references.toDocument(ref) : undefined;
}

function login(target: Ref | SetRef, params: V4Object, site: CallSite): V4Object {
  const { evaluator, position } = site;
  const document = documentOf(target, site);
  const password = params.get("password") ?? null;
  const isWrong = document !== undefined && password !== null && typeof password !== "string";
  refuseFields(isWrong ? [wrongField(["password"], password, "String")] : [], position);
  if (!document || typeof password !== "string" || !hasPassword(document, password, evaluator))
    throw new V4Error(
      "authentication failed",
      "The document was not found or provided password was incorrect.",
      position,
    );
  const kept = ["ttl", "data"].flatMap((name): [string, Value][] => {
    const value = params.get(name);
    if (value === undefined) return [];
    return [[name, toStore(value, evaluator.references, site.at("params"))]];
  });
  const answer = stored(makeToken(document, new Map(kept), evaluator), evaluator);
  evaluator.made.add(answer);
  return answer;
}

/** A key is not looked for like a document: that there is none is the fault of the argument. */
class UnknownKeyError extends V4Error {
  override get status(): number {
    return 400;
  }
}

function keyOf(secret: string, { evaluator, position }: CallSite): V4Object {
  const found = secretHolder(evaluator.context.db, secret);
  if (found) return toV4(found.document, evaluator);
  throw new UnknownKeyError("instance not found", `No key found for secret ${secret}.`, position);
}

/** Passwords and the secrets that they open. */
export const credentials: readonly V4Function[] = [
  define({ identify: identifier, password: string }, ({ identify, password }, site) => {
    const document = documentOf(identify, site);
    return document !== undefined && hasPassword(document, password, site.evaluator);
  }),
  define({ login: identifier, params: object }, (args, site) =>
    login(args.login, args.params, site),
  ),
  define({ logout: boolean }, ({ logout }, { evaluator }) => endTokens(logout, evaluator)),
  define({ key_from_secret: string }, (args, site) => keyOf(args.key_from_secret, site)),
];
