export { Database } from "./database";
export { SYSTEM_COLLECTIONS, systemName, type SystemCollection } from "./system";
export { type Change, type Commit, type PastChange } from "./transaction";
export type { DocVersion, Value } from "../fql/values/value";
