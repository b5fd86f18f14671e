export { Database } from "./database";
export { activeDocument, activeDocuments, activeVersion } from "./active-schema";
export { SYSTEM_COLLECTIONS, systemName, type SystemCollection } from "./system";
export { type PastChange } from "./collection-store";
export { type Change, type Commit } from "./transaction";
export type { DocVersion, Value } from "../fql/values/value";
