import type { Caller } from "../store/caller";
import type { Database, DocVersion } from "../store";

/** An authenticated request: where it runs and as whom. */
export interface Session {
  readonly database: Database;
  readonly caller: Caller;
  /** The key or token whose secret was sent, if it belongs to this database. */
  readonly holder?: DocVersion;
  /** Whether the secret or JWT would still be accepted as before; open streams ask now and then. */
  isValid(): boolean;
}
