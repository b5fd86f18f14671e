export { startLocalFauna, type LocalFauna, type LocalFaunaOptions } from "./local/fauna";
export type {
  LocalAccessProvider,
  LocalDatabaseOptions,
  LocalPrivilege,
  LocalRole,
} from "./local/prepare-database";
export type {
  Fault,
  FaultMatch,
  FaultOptions,
  FaultResponse,
  Faults,
  HoldFault,
} from "./local/http/faults";
export type { LocalStream } from "./local/streams/open-streams";
export type { LocalRequest } from "./local/http/exchange";
export type { ObservedRequest } from "./local/http/observe";
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
