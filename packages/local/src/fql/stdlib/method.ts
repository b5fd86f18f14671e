import type { Signature, Signatures } from "../../types/signatures";
import type { TypeParam } from "../ast";
import type { Context } from "../model/context";
import type { Value } from "../values/value";
import { paramType, type ParamType } from "./types";

/** One parameter of a method. */
export interface Param {
  readonly name: string;
  readonly type: ParamType;
  /** What the server calls it where a function takes the wrong number of arguments. */
  readonly given: string;
}

/** What a method does. */
export type Run = (cx: Context, self: Value, ...args: Value[]) => Value;

/** One way to call a method. */
export interface Overload {
  readonly params: readonly Param[];
  readonly run: Run;
}

/** A built-in function: what it is called with, and what it does. */
export interface Method {
  readonly name: string;
  readonly overloads: readonly Overload[];
  /** Takes any number of arguments of this kind instead. */
  readonly rest?: Param;
}

/** Reads a field. */
export type Reader = (cx: Context, self: Value) => Value;

/** What values of one type have: fields and methods; a call of the value itself has no name, and `[…]` is `[]`. */
export interface TypeTable {
  readonly signatures: Signatures;
  readonly fields: ReadonlyMap<string, Reader>;
  readonly methods: ReadonlyMap<string, Method>;
}

function param({ name, type }: TypeParam, given?: string): Param {
  const text = name?.text ?? "";
  return { name: text, type: paramType(type), given: given ?? text };
}

/** What runs a signature. */
export function method({ name, types, given }: Signature, run: Run): Method {
  const functions = types.filter((type) => type.kind === "function");
  const rest = functions[0]?.rest;
  const overloads = functions.map(({ params }) => ({
    params: params.map((each) => param(each, given)),
    run,
  }));
  return { name, overloads, ...(rest && { rest: param(rest) }) };
}

/** What several blocks have together. */
export function merged(...tables: readonly TypeTable[]): TypeTable {
  return {
    signatures: new Map(tables.flatMap(({ signatures }) => [...signatures])),
    fields: new Map(tables.flatMap(({ fields }) => [...fields])),
    methods: new Map(tables.flatMap(({ methods }) => [...methods])),
  };
}

/** The error of what the server has and the local Fauna does not. */
export function missing(name: string): (cx: Context) => never {
  return (cx) => {
    throw cx.error("invalid_query", `The local Fauna does not have \`${name}\`.`);
  };
}
