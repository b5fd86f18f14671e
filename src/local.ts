export { startLocalClerk } from "./local/clerk";
export type {
  LocalClerk,
  LocalClerkMintOptions,
  LocalClerkOptions,
  LocalClerkSession,
  LocalClerkSignInOptions,
} from "./local/clerk/local-clerk";
export type { LocalClerkFailure, LocalClerkFaults } from "./local/clerk/faults";
export type { LocalClerkRequest } from "./local/clerk/request-log";
export type { LocalClerkTemplate } from "./local/clerk/templates";
export type {
  LocalClerkMembership,
  LocalClerkMembershipInput,
  LocalClerkUser,
  LocalClerkUserInput,
} from "./local/clerk/users";
