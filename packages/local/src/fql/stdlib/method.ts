import type { Context } from "../evaluator/context";
import type { Value } from "../values/value";

/** One parameter of a method; `type` is a name that `types.ts` knows. */
export interface Param {
  readonly name: string;
  readonly type: string;
  /** What the server calls it where a function takes the wrong number of arguments. */
  readonly inside?: string;
}

/** A built-in function: what it is called with, and what it does. */
export interface Method {
  readonly name: string;
  /** One list of parameters for each way to call it. */
  readonly signatures: readonly (readonly Param[])[];
  /** Takes any number of arguments of this kind instead. */
  readonly rest?: Param;
  readonly run: (cx: Context, self: Value, args: readonly Value[]) => Value;
}

/** What values of one type have: fields, methods, operators; and the type's own functions. */
export interface TypeTable {
  readonly fields?: ReadonlyMap<string, (cx: Context, self: Value) => Value>;
  readonly methods: ReadonlyMap<string, Method>;
  readonly operators?: ReadonlyMap<string, Method>;
}

type Run = (cx: Context, self: never, args: never) => Value;

function parseParams(text: string): { param: Param; optional: boolean; rest: boolean }[] {
  return splitTop(text).map((part) => {
    const [, dots, name, inside, question, type] =
      /^(\.\.\.)?(\w+)(?:\/(\w+))?(\?)?(?::\s*(.+))?$/.exec(part)!;
    return {
      param: { name: name!, type: type ?? "Any", ...(inside ? { inside } : {}) },
      optional: question !== undefined,
      rest: dots !== undefined,
    };
  });
}

/** Splits at commas that are not inside brackets. */
function splitTop(text: string): string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let i = 0; i <= text.length; i++) {
    const char = text[i] ?? ",";
    if ("<({".includes(char)) depth++;
    if (">)}".includes(char)) depth--;
    if (char === "," && (depth === 0 || i === text.length)) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return parts.filter(Boolean);
}

/**
 * Defines a method by its signature: `"indexOf(pattern: String, start?: Int)"`, `"sum(numbers: Array) | (numbers: Set)"`,
 * `"order(...ordering: Ordering)"`, `"where(predicate/pred: Function1)"` (see {@link Param}). An optional parameter makes a signature without it and one with it.
 */
export function method(signature: string, run: Run): Method {
  const name = signature.slice(0, signature.indexOf("("));
  const lists = signature.slice(name.length).split(/\s*\|\s*(?=\()/);
  const signatures: Param[][] = [];
  let rest: Param | undefined;
  for (const list of lists) {
    const params = parseParams(list.trim().slice(1, -1));
    rest = params.find((param) => param.rest)?.param;
    const required = params.findIndex((param) => param.optional);
    const all = params.map(({ param }) => param);
    for (let count = required < 0 ? all.length : required; count <= all.length; count++)
      signatures.push(all.slice(0, count));
  }
  const typed = run as unknown as Method["run"];
  return rest ? { name, signatures, rest, run: typed } : { name, signatures, run: typed };
}

export function methods(...all: readonly Method[]): ReadonlyMap<string, Method> {
  return new Map(all.map((each) => [each.name, each]));
}
