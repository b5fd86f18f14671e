import { display } from "../model/display";
import { userFunction } from "../model/functions";
import { SYSTEM_COLLECTIONS } from "../../store/system";
import { reference } from "./documents";
import { implement } from "./implement";
import type { TypeTable } from "./method";

// Types of which there is little to know but how they look as text.

/** What has a text and nothing else. */
export const TEXT_TABLE: TypeTable = implement("Any", { "toString() => String": display });

export const NULL_TABLE: TypeTable = implement("Null", {
  "toString() => String": () => "null",
  "[key: Any] => Never": null,
});

export const BYTES_TABLE: TypeTable = implement("Bytes", {
  "toBase64() => String": (_cx, self) => self.base64,
  "toString() => String": display,
});

export const USER_FUNCTION_TABLE: TypeTable = implement("UserFunction", {
  "definition: FunctionDef": (cx, self) =>
    reference(cx, SYSTEM_COLLECTIONS.Function, self.id, userFunction(cx, self).name),
  "toString() => String": display,
});

/** Operators of booleans; `&&` and `||` are part of the language. */
export const BOOLEAN_OPERATORS: TypeTable = implement("Boolean", {
  "!() => Boolean": (_cx, self) => !self,
});
