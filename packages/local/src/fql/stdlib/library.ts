import { LibraryEnvironment } from "../../types/library-environment";
import { ARRAY_MODULE, ARRAY_TABLE } from "./arrays";
import { SYSTEM_COLLECTION_TABLES, USER_COLLECTION_TABLE } from "./collections";
import { COMMON_OPERATORS } from "./comparisons";
import { DOCUMENT_TABLE, SYSTEM_DOCUMENT_TABLES } from "./documents";
import { EVENT_SOURCE_TABLE } from "./event-sources";
import { implement } from "./implement";
import { MATH_MODULE } from "./math";
import type { TypeTable } from "./method";
import { BYTES_MODULE, GLOBAL_FUNCTIONS, ID_MODULE, TRANSACTION_TIME_MODULE } from "./modules";
import { NUMBER_OPERATORS, NUMBER_TABLE } from "./numbers";
import { OBJECT_MODULE } from "./objects";
import {
  BOOLEAN_OPERATORS,
  BYTES_TABLE,
  NULL_TABLE,
  TEXT_TABLE,
  USER_FUNCTION_TABLE,
} from "./plain";
import { QUERY_MODULE } from "./query";
import { SET_MODULE, SET_TABLE } from "./sets";
import { STRING_OPERATORS, STRING_TABLE } from "./strings";
import { DATE_MODULE, DATE_TABLE, TIME_MODULE, TIME_TABLE } from "./times";

const TYPES: Readonly<Record<string, TypeTable>> = {
  Null: NULL_TABLE,
  Boolean: TEXT_TABLE,
  Number: NUMBER_TABLE,
  Int: NUMBER_TABLE,
  Long: NUMBER_TABLE,
  Double: NUMBER_TABLE,
  Float: NUMBER_TABLE,
  ID: TEXT_TABLE,
  UUID: TEXT_TABLE,
  SetCursor: TEXT_TABLE,
  TransactionTime: TEXT_TABLE,
  Bytes: BYTES_TABLE,
  String: STRING_TABLE,
  Time: TIME_TABLE,
  Date: DATE_TABLE,
  "Array<A>": ARRAY_TABLE,
  "Set<A>": SET_TABLE,
  "EventSource<A>": EVENT_SOURCE_TABLE,
  "UserFunction<A>": USER_FUNCTION_TABLE,
};

/** Names that stand for a type, with `isa`, and have nothing. */
const EMPTY: TypeTable = implement("Module", {});

/** What modules have, by their names. */
export const MODULES: Readonly<Record<string, TypeTable>> = {
  Array: ARRAY_MODULE,
  Boolean: EMPTY,
  Bytes: BYTES_MODULE,
  Date: DATE_MODULE,
  Doc: EMPTY,
  Double: EMPTY,
  EventSource: EMPTY,
  FQL: EMPTY,
  Float: EMPTY,
  ID: ID_MODULE,
  Int: EMPTY,
  Long: EMPTY,
  Math: MATH_MODULE,
  Null: EMPTY,
  Number: EMPTY,
  Object: OBJECT_MODULE,
  Query: QUERY_MODULE,
  Set: SET_MODULE,
  SetCursor: EMPTY,
  String: EMPTY,
  Struct: EMPTY,
  Time: TIME_MODULE,
  TransactionTime: TRANSACTION_TIME_MODULE,
  UUID: EMPTY,
};

/** The standard library. */
export const LIBRARY: LibraryEnvironment = new LibraryEnvironment({
  types: TYPES,
  modules: MODULES,
  functions: GLOBAL_FUNCTIONS,
  operators: {
    Any: COMMON_OPERATORS,
    Number: NUMBER_OPERATORS,
    String: STRING_OPERATORS,
    Boolean: BOOLEAN_OPERATORS,
  },
  systemCollections: SYSTEM_COLLECTION_TABLES,
  userCollections: USER_COLLECTION_TABLE,
  systemDocuments: SYSTEM_DOCUMENT_TABLES,
  userDocuments: DOCUMENT_TABLE,
});
