export { startLocalFauna, type LocalFauna, type LocalFaunaOptions } from "./fauna";
export type {
  LocalAccessProvider,
  LocalDatabaseOptions,
  LocalPrivilege,
  LocalRole,
} from "./prepare-database";
export type {
  Fault,
  FaultMatch,
  FaultOptions,
  FaultResponse,
  Faults,
  HoldFault,
} from "./http/faults";
export { startFaultProxy, type FaultProxy, type FaultProxyOptions } from "./fault-proxy";
export type { DisturbableServer, ServerOptions } from "./http/serve";
export type { LocalStream } from "./streams/local-stream";
export type { OpenStream } from "./streams/open-streams";
export type { ProxiedStream } from "./proxy/proxied-stream";
export type { LocalRequest, LocalResponse } from "./http/exchange";
export type { ObservedRequest } from "./http/observe";
export { startLocalClerk } from "./clerk";
export type {
  LocalClerk,
  LocalClerkMintOptions,
  LocalClerkOptions,
  LocalClerkSession,
  LocalClerkSignInOptions,
} from "./clerk/local-clerk";
export type { LocalClerkFailure, LocalClerkFaults } from "./clerk/faults";
export type { LocalClerkRequest } from "./clerk/request-log";
export type { LocalClerkTemplate } from "./clerk/templates";
export type {
  LocalClerkMembership,
  LocalClerkMembershipInput,
  LocalClerkUser,
  LocalClerkUserInput,
} from "./clerk/users";
