import { ada, bob, type Who } from "./fake-clerk";
import { ownerOf } from "./watcher";

/** From Ada's first session to somebody else. */
export interface IdentityChange {
  readonly change: string;
  readonly who: Who | null;
  readonly template?: string;
  /** What the screen shows at last. */
  readonly shows: string;
}

const to = (change: string, who: Who, template?: string): IdentityChange => ({
  change,
  who,
  shows: ownerOf(who, template),
  ...(template !== undefined && { template }),
});

/** For `describe.each`: all that makes it another identity. */
export const identityChanges: readonly IdentityChange[] = [
  { change: "sign-out", who: null, shows: "nothing" },
  to("another user", bob),
  to("another organization", { ...ada, orgId: "org_navy" }),
  to("another session of the same user", { ...ada, sessionId: "sess_ada_2" }),
  to("another template", ada, "other"),
];
