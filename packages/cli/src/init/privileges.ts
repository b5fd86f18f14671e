import type { Privilege } from "../fauna-state";

// A token without a sub would otherwise pass for every document without an owner: to Fauna, null equals null.
const SIGNED_IN = "Query.token()?.sub != null";
const OWN = "(doc) => " + SIGNED_IN + " && doc.owner == Query.token()!.sub";

/** Lets users do everything with documents whose `owner` is their user id, and nothing with others. */
export function ownDocumentsPrivilege(collection: string): Privilege {
  return {
    resource: collection,
    actions: {
      read: OWN,
      create: OWN,
      write: `(before, after) => ${SIGNED_IN} && before.owner == Query.token()!.sub && after.owner == before.owner`,
      delete: OWN,
    },
  };
}
