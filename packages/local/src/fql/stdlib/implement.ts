import { byName, readSignature } from "../../types/signatures";
import type { Context } from "../model/context";
import type {
  ArrayValue,
  BytesValue,
  CollectionValue,
  DateValue,
  DocValue,
  EventSourceValue,
  IntValue,
  NumberValue,
  SetValue,
  TimeValue,
  TransactionTimeValue,
  UserFunctionValue,
  Value,
} from "../values/value";
import { method, type Method, type Reader, type Run, type TypeTable } from "./method";

// A function stands behind its signature, `"at(index: Int) => String": (cx, self, index) => …`, in the notation that
// `types/signatures.ts` describes. TypeScript reads the notation as well: each function gets the arguments of its own line.

/** The values of the types that arguments have; of all others nothing is known. */
interface ArgumentValues {
  readonly Int: IntValue;
  readonly Number: NumberValue;
  readonly String: string;
  readonly Array: ArrayValue;
  readonly Set: SetValue;
  readonly Time: AnyTime;
  readonly Date: DateValue;
}
type NameAt<Text> = {
  [Name in keyof ArgumentValues]: Text extends `${Name}${"," | ")" | "<"}${string}` ? Name : never;
}[keyof ArgumentValues];
type ValueAt<Text> = [NameAt<Text>] extends [never] ? Value : ArgumentValues[NameAt<Text>];
/** The arguments of a line, from its first parameter on: each type is behind a colon. */
type Arguments<
  Text,
  Found extends readonly unknown[] = [],
> = Text extends `${infer Params}) => {${string}`
  ? Arguments<`${Params})`>
  : Text extends `${infer Name}: ${infer Type}`
    ? Type extends `...${string}`
      ? Value[]
      : Arguments<
          Type,
          Name extends `${string}?` ? [...Found, ValueAt<Type>?] : [...Found, ValueAt<Type>]
        >
    : Found;

/** A function that gets the arguments of its line; that of a field gets none. */
type BuiltIn<Params, Self> = (cx: Context, self: Self, ...args: Arguments<Params>) => Value;

/** What stands behind a signature: a function. `[…]` of null has none, as the evaluator refuses it before. */
type Implementation<Line, Self> = Line extends `[${string}] => Never`
  ? null
  : Line extends `[${infer Params}] => ${string}`
    ? BuiltIn<`${Params})`, Self>
    : Line extends `${string}(${infer Params}`
      ? Params extends `${string}) => ${string}`
        ? BuiltIn<Params, Self>
        : Malformed
      : Line extends `${string}: ${string}`
        ? BuiltIn<"", Self>
        : Malformed;
type Malformed = "Not a signature such as `length: Number` or `at(index: Int) => String`";

/** The time under way is a time that is not known yet. */
export type AnyTime = TimeValue | TransactionTimeValue;

/** What functions get as `self`, by what they belong to. */
interface Selves {
  readonly Any: Value;
  readonly Array: ArrayValue;
  readonly Boolean: boolean;
  readonly Bytes: BytesValue;
  readonly Collection: CollectionValue;
  readonly Date: DateValue;
  readonly Document: DocValue;
  readonly EventSource: EventSourceValue;
  readonly Module: Value;
  readonly Null: Value;
  readonly Number: NumberValue;
  readonly Set: SetValue;
  readonly String: string;
  readonly Time: AnyTime;
  readonly UserFunction: UserFunctionValue;
}

/**
 * The fields, methods or operators of something, by their signatures; what that is decides the type of `self`. Signatures
 * of one name are ways to call one method, each with a function of its own.
 */
export function implement<Of extends keyof Selves, Line extends string>(
  _of: Of,
  lines: { readonly [Each in Line]: Implementation<Each, Selves[Of]> },
): TypeTable {
  const all = Object.entries<unknown>(lines).map(
    ([line, run]) => [readSignature(line), run as Run | null] as const,
  );
  const fields = new Map<string, Reader>();
  const methods = new Map<string, Method>();
  for (const [signature, run] of all) {
    const { name, isMethod } = signature;
    if (!run) continue;
    if (isMethod) methods.set(name, withOverloads(methods.get(name), method(signature, run)));
    else fields.set(name, run);
  }
  return { signatures: byName(all.map(([signature]) => signature)), fields, methods };
}

function withOverloads(before: Method | undefined, more: Method): Method {
  return before ? { ...more, overloads: [...before.overloads, ...more.overloads] } : more;
}
