import type { QueryValue } from "../fql/values/value";
import { isJsonObject, plain, readJson, type Json, type JsonObject } from "../http/read-json";
import { isEscape, literalOf } from "./escapes";
import {
  each,
  errorsOf,
  invalidExpression,
  joined,
  type Position,
  unknownForm,
  V4Errors,
  wrongForm,
} from "./errors";
import type { Expression, LambdaExpression } from "./expressions";
import { findForm } from "./forms";
import { freeVariables, inHashOrder, without } from "./free-variables";
import { findFunction } from "./functions";
import { sourceOf } from "./lambda-source";
import { Lambda, type V4Value } from "./values";
import { type ApiVersion, FIRST_OF_LAMBDAS, isVersion, later } from "./versions";

/** Reads a query in the wire format of the `faunadb` driver. Every error of its form is found before it runs. */
export function parseQuery(json: Json, version: ApiVersion): Expression {
  const expression = new Parser(version).parse(json, []);
  const free = freeVariables(expression);
  const undefinedOnes = inHashOrder([...free.keys()]).flatMap((name) =>
    (free.get(name) ?? []).map((at) => invalidExpression(`Variable '${name}' is not defined.`, at)),
  );
  if (undefinedOnes.length) throw new V4Errors(undefinedOnes);
  return expression;
}

/** Reads a function that a document holds. */
export function parseStored({ text }: QueryValue): Lambda {
  return parseClosed(readJson(text), [], "4");
}

/** A function that stands for itself: what it uses, it has. */
function parseClosed(json: Json, at: Position, unversioned: ApiVersion): Lambda {
  if (!isJsonObject(json)) throw invalidLambda(at);
  const { api_version: given, ...parts } = json;
  const version = given === undefined ? unversioned : given;
  if (!isVersion(version) || Object.keys(parts).sort().join() !== "expr,lambda")
    throw invalidLambda(at);
  const lambda = new Parser(version).parseLambda(parts, at);
  if (lambda.free.size) throw invalidLambda(at);
  return new Lambda(lambda, null);
}

function invalidLambda(at: Position): Error {
  return invalidExpression("Invalid lambda.", at);
}

/** Reads expressions in the words of one API version. */
export class Parser {
  constructor(readonly version: ApiVersion) {}

  parse(json: Json, at: Position): Expression {
    if (Array.isArray(json))
      return { kind: "array", items: json.map((item: Json, i) => this.parse(item, [...at, i])) };
    if (typeof json === "bigint" && BigInt.asIntN(64, json) !== json) throw notJson();
    if (!isJsonObject(json)) return { kind: "literal", value: json as V4Value };
    const keys = Object.keys(json);
    const form = findForm(keys, this.version);
    if (form) return form.parse(json, at, this);
    return this.#call(json, keys, at) ?? this.#escape(json, keys, at);
  }

  /** What a lambda names wrongly and what is wrong in its body are told together. */
  parseLambda(json: Json, at: Position): LambdaExpression {
    if (!isJsonObject(json)) throw wrongForm(["Lambda"], json, at);
    const { lambda = null, expr = null } = json;
    if (Object.keys(json).sort().join() !== "expr,lambda") throw unknownForm(Object.keys(json), at);
    const [parameters, body] = joined(
      () => lambdaParameters(lambda, [...at, "lambda"]),
      () => this.parse(expr, [...at, "expr"]),
    );
    const bound = [parameters].flat().filter((name) => name !== "_");
    return {
      kind: "lambda",
      parameters,
      body,
      free: without(freeVariables(body), bound),
      version: later(this.version, FIRST_OF_LAMBDAS),
      source: { lambda: plain(lambda), expr: plain(sourceOf(expr)) },
    };
  }

  #call(json: JsonObject, keys: readonly string[], at: Position): Expression | undefined {
    const target = findFunction(keys, this.version);
    if (!target) return undefined;
    const args = new Map<string, Expression>();
    for (const key of Object.keys(target.parameters)) {
      const value = json[key];
      if (value === undefined) continue;
      const position = [...at, key];
      const { lambda } = target.parameters[key] ?? {};
      const read = lambda === "or" ? this.#lambdaOr(value, position) : undefined;
      const must = lambda === true ? this.parseLambda(value, position) : undefined;
      args.set(key, read ?? must ?? this.parse(value, position));
    }
    return { kind: "call", target, args, position: at };
  }

  /** What is no lambda may be something else. */
  #lambdaOr(json: Json, at: Position): LambdaExpression | undefined {
    try {
      return this.parseLambda(json, at);
    } catch (error) {
      errorsOf(error);
      return undefined;
    }
  }

  /** A value in which nothing is evaluated; a lambda that has a tag is of the first version that had them. */
  literal(json: Json, at: Position): Expression {
    return literalOf(json, at, (lambda, where, isTagged) =>
      parseClosed(lambda, where, isTagged ? FIRST_OF_LAMBDAS : this.version),
    );
  }

  /** Values that have no literal in JSON come as `{"@tag": …}`. */
  #escape(json: JsonObject, keys: readonly string[], at: Position): Expression {
    if (!isEscape(json)) throw unknownForm(keys, at);
    const content = json["@obj"];
    if (content === undefined) return this.literal(json, at);
    if (!isJsonObject(content)) throw invalidExpression("Invalid object.", at);
    return this.parse(content, [...at, "@obj"]);
  }
}

/** No integer has more than 64 bits. */
function notJson(): Error {
  return invalidExpression("Request body is not valid JSON.", []);
}

function lambdaParameters(json: Json, at: Position): string | string[] {
  if (typeof json === "string") return json;
  if (!Array.isArray(json)) throw wrongForm(["String", "Array"], json, at);
  return each(json, (item: Json, i) => {
    if (typeof item !== "string") throw wrongForm(["String"], item, [...at, i]);
    return item;
  });
}
