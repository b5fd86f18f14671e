import { display } from "../model/display";
import { userFunction } from "../model/functions";
import { SYSTEM_COLLECTIONS } from "../../store/system";
import { reference } from "./documents";
import { implementOperators, implementType } from "./implement";
import type { TypeTable, Operators } from "./method";

// Types of which there is little to know but how they look as text.

/** What has a text and nothing else. */
export const TEXT_TABLE: TypeTable = implementType("ID", { toString: display });

export const NULL_TABLE: TypeTable = implementType("Null", { toString: () => "null" });

export const BYTES_TABLE: TypeTable = implementType("Bytes", {
  toBase64: (_cx, self) => self.base64,
  toString: display,
});

export const USER_FUNCTION_TABLE: TypeTable = implementType("UserFunction<A>", {
  definition: (cx, self) =>
    reference(cx, SYSTEM_COLLECTIONS.Function, self.id, userFunction(cx, self).name),
  toString: display,
});

/** Operators of booleans; `&&` and `||` are part of the language. */
export const BOOLEAN_OPERATORS: Operators = implementOperators("Boolean", {
  "!": (_cx, self) => !self,
});
