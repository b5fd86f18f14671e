import type { Signatures } from "./signatures";

/** What something of the library has, of which the checker sees the signatures. */
export interface SignatureTable {
  readonly signatures: Signatures;
}
type Tables = Readonly<Record<string, SignatureTable>>;

/** All that queries find without a schema. The checker is given it; `fql/stdlib/library.ts` has it. */
export interface LibraryTables {
  /** Fields and methods of values by their type, which may have a parameter: `String`, `Array<A>`. */
  readonly types: Tables;
  /** Functions and constants of modules; calls of a module itself have no name. */
  readonly modules: Tables;
  /** Functions that belong to nothing. */
  readonly functions: SignatureTable;
  /** Operators as methods of their first operand, by its type; `Any` has those of all types. */
  readonly operators: Tables;
  /** Collections of the system by their names, and the user's; their lines call a document of theirs `Document`. */
  readonly systemCollections: Tables;
  readonly userCollections: SignatureTable;
  /** Documents by the collection of the system that has them, and the user's. */
  readonly systemDocuments: Tables;
  readonly userDocuments: SignatureTable;
}
