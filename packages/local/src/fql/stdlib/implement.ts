import { MODULES, OPERATORS, TYPES } from "../../types/library";
import { readSignatures } from "../../types/signatures";
import type { TypeExpr } from "../ast";
import type { Context } from "../evaluator/context";
import type {
  ArrayValue,
  BytesValue,
  DateValue,
  EventSourceValue,
  IntValue,
  NumberValue,
  SetValue,
  TimeValue,
  TransactionTimeValue,
  UserFunctionValue,
  Value,
} from "../values/value";
import { method, type Method, type Operators, type Reader, type TypeTable } from "./method";

// The library's notation is read by TypeScript as well: what implements a block of it has a function for each line, no
// more and no less, and each function gets the line's arguments.

type Trimmed<Text> = Text extends ` ${infer Rest}` ? Trimmed<Rest> : Text;
/** The lines of a block, but for those that say what `[…]` does. */
type Lines<Text, Found = never> = Text extends `${infer Line}\n${infer More}`
  ? Lines<More, Found | Trimmed<Line>>
  : Exclude<Found | Trimmed<Text>, "" | `[${string}`>;
type NameOf<Line> = Line extends `${infer Name}(${string}`
  ? Name
  : Line extends `${infer Name}: ${string}`
    ? Name
    : never;

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
type ArgumentsOf<Line, Name extends string> = Line extends `${Name}(${infer Params}`
  ? Arguments<Params>
  : Line extends `${Name}:${string}`
    ? []
    : never;

/** What implements a block of the library: a function for each field and method. */
type Implementation<Text, Self> = {
  readonly [Name in NameOf<Lines<Text>>]: (
    cx: Context,
    self: Self,
    ...args: ArgumentsOf<Lines<Text>, Name>
  ) => Value;
};

/** The time under way is a time that is not known yet. */
export type AnyTime = TimeValue | TransactionTimeValue;

interface Selves {
  readonly Boolean: boolean;
  readonly Bytes: BytesValue;
  readonly Number: NumberValue;
  readonly String: string;
  readonly Time: AnyTime;
  readonly Date: DateValue;
  readonly "Array<A>": ArrayValue;
  readonly "Set<A>": SetValue;
  readonly "EventSource<A>": EventSourceValue;
  readonly "UserFunction<A>": UserFunctionValue;
}

/** What implements a block of the library, as the evaluator looks it up. */
export function implement<Text extends string, Self>(
  text: Text,
  all: Implementation<Text, Self>,
): TypeTable {
  return tableOf(text, all);
}

function runsOf(all: object): Map<string, Reader> {
  return new Map(Object.entries(all as Readonly<Record<string, Reader>>));
}

function tableOf(text: string, all: object): TypeTable {
  const runs = runsOf(all);
  const fields = new Map<string, Reader>();
  const methods = new Map<string, Method>();
  for (const [name, signature] of readSignatures(text)) {
    if (name === "[]") continue;
    if (signature.isMethod) methods.set(name, method(signature, runs.get(name)!));
    else fields.set(name, runs.get(name)!);
  }
  return { fields, methods };
}

/** What values of a type have. */
export function implementType<Name extends keyof typeof TYPES>(
  name: Name,
  all: Implementation<(typeof TYPES)[Name], Name extends keyof Selves ? Selves[Name] : Value>,
): TypeTable {
  return tableOf(TYPES[name], all);
}

/** What a module has. */
export function implementModule<Name extends keyof typeof MODULES>(
  name: Name,
  all: Implementation<(typeof MODULES)[Name], Value>,
): TypeTable {
  return tableOf(MODULES[name], all);
}

type OperatorLine<Receiver extends string> = Extract<
  Lines<typeof OPERATORS>,
  `${string} (${Receiver}${"," | ")"}${string}`
>;
type OperandsOf<Line, Name extends string> = Line extends `${Name} (${infer Params}`
  ? Arguments<Params>
  : never;

/** What the operators do whose first operand is of a type. */
export function implementOperators<Receiver extends keyof typeof TYPES | "Any">(
  receiver: Receiver,
  all: {
    readonly [Name in OperatorLine<Receiver> extends `${infer Name} ${string}` ? Name : never]: (
      cx: Context,
      self: Receiver extends keyof Selves ? Selves[Receiver] : Value,
      ...operands: OperandsOf<OperatorLine<Receiver>, Name>
    ) => Value;
  },
): Operators {
  const signatures = readSignatures(OPERATORS);
  return new Map(
    [...runsOf(all)].map(([name, run]) => {
      const types = signatures.get(name)!.types.filter((type) => isOf(type, receiver));
      return [name, method({ name, isMethod: true, types }, run, 1)];
    }),
  );
}

function isOf(type: TypeExpr, receiver: string): boolean {
  const first = type.kind === "function" && type.params[0]!.type;
  return first && (first.kind === "named" ? first.name.text : "Any") === receiver;
}
