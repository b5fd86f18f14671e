export { Database, type DatabaseOptions, type SecretHolder } from "./database";
export { isNamed, SYSTEM_COLLECTIONS, systemName, type SystemCollection } from "./system";
export { Transaction, type Change, type Commit } from "./transaction";
export type { DocVersion, Value } from "../fql/values/value";
