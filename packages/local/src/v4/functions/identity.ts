import { nothing } from "../casts";
import { V4Error } from "../errors";
import type { Evaluator } from "../evaluate";
import { fromJson } from "../convert";
import type { V4Value } from "../values";
import { define, since, type CallSite, type V4Function } from "./define";

/** Under a JWT the identity is its subject, under the secret of a token the token's document. */
function identityOf({ asker, references }: Evaluator): V4Value | undefined {
  if (asker.caller.identity) return references.toRef(asker.caller.identity);
  const sub = asker.caller.claims?.sub;
  return sub === undefined || sub === null ? undefined : fromJson(sub);
}

/** The claims of a JWT, or the key or token of this database whose secret was sent. */
function tokenOf({ asker, references }: Evaluator): V4Value | undefined {
  if (asker.caller.claims) return fromJson(asker.caller.claims);
  return asker.holder && references.toRef(asker.holder);
}

function currentIdentity({ evaluator, position }: CallSite): V4Value {
  const identity = identityOf(evaluator);
  if (identity !== undefined) return identity;
  throw new V4Error("missing identity", "Authentication does not contain an identity", position);
}

export const identity: readonly V4Function[] = [
  define({ identity: nothing }, (_args, site) => currentIdentity(site)),
  define({ has_identity: nothing }, (_args, site) => identityOf(site.evaluator) !== undefined),
  ...since(
    "4",
    define({ current_identity: nothing }, (_args, site) => currentIdentity(site)),
    define(
      { has_current_identity: nothing },
      (_args, site) => identityOf(site.evaluator) !== undefined,
    ),
    define({ current_token: nothing }, (_args, { evaluator, position }) => {
      const token = tokenOf(evaluator);
      if (token !== undefined) return token;
      throw new V4Error("invalid token", "Token metadata is not accessible.", position);
    }),
    define(
      { has_current_token: nothing },
      (_args, { evaluator }) => tokenOf(evaluator) !== undefined,
    ),
  ),
];
