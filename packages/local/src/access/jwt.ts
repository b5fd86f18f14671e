import {
  describeJson,
  isJsonObject,
  readJson,
  type Json,
  type JsonObject,
} from "../http/read-json";

/** A token that was taken apart. Nothing in it is verified yet. */
export interface Jwt {
  /** Header, payload and signature, without anything after them. */
  readonly compact: string;
  readonly algorithm: string;
  readonly keyId: string | undefined;
  readonly issuer: string | undefined;
  /** Integers are bigint. */
  readonly claims: JsonObject;
}

/**
 * A token on which the real server breaks down (HTTP 500) instead of refusing it. `message` is null where not even
 * its usual error body is sent.
 */
export class BrokenJwtError extends Error {
  override readonly name = "BrokenJwtError";
  constructor(readonly report: string | null = null) {
    super(report ?? "The token cannot be taken apart.");
  }
}

const BASE64URL = /^[A-Za-z0-9_-]*$/;
const AUDIENCE_PREFIX = "https://db.fauna.com/db/";
/** The root database of a cluster. It has an audience like any other, but takes no tokens. */
export const ROOT_ID = "yyyyyyyyyyyyy";
const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

/** Takes a token apart as the server does. Throws {@link BrokenJwtError} where that ends in a 500. */
export function decodeJwt(token: string): Jwt {
  const parts = token.split(".");
  while (parts.at(-1) === "") parts.pop();
  if (parts.length !== 3) throw new BrokenJwtError();
  const header = decodePart(parts[0]);
  const claims = decodePart(parts[1]);
  base64Url(parts[2]);
  return {
    compact: parts.join("."),
    algorithm: textField(header, "alg"),
    keyId: asText(header.kid),
    issuer: asText(claims.iss),
    claims,
  };
}

/**
 * The server's rule for times: `exp` and `nbf` count only as JSON integers (`1000`, not `1000.0` or `"1000"`), and
 * without leeway.
 */
export function isTimely({ claims }: Jwt, now: number = Date.now()): boolean {
  const { exp, nbf } = claims;
  if (typeof exp === "bigint" && now >= Number(exp) * 1000) return false;
  return !(typeof nbf === "bigint" && now <= Number(nbf) * 1000);
}

/** The global id in `aud`: exactly one entry must have Fauna's prefix, others beside it do not matter. */
export function audienceOf({ claims }: Jwt): string | undefined {
  const { aud } = claims;
  const entries: readonly Json[] = Array.isArray(aud) ? aud : typeof aud === "string" ? [aud] : [];
  const texts = entries.map((entry) => {
    if (typeof entry === "string") return entry;
    throw new BrokenJwtError();
  });
  const ours = texts.filter((entry) => entry.startsWith(AUDIENCE_PREFIX));
  return ours.length === 1 ? ours[0]?.slice(AUDIENCE_PREFIX.length) : undefined;
}

/** The `aud` that addresses a database. */
export function audience(globalId: string): string {
  return AUDIENCE_PREFIX + globalId;
}

function decodePart(part: string | undefined): JsonObject {
  const text = base64Url(part).toString("utf8");
  try {
    const value = readJson(text);
    if (isJsonObject(value) && fitsInt64(value)) return value;
  } catch {
    // Not JSON: the same breakdown as for JSON of the wrong kind.
  }
  throw new BrokenJwtError();
}

function base64Url(part = ""): Buffer {
  if (!BASE64URL.test(part) || part.length % 4 === 1) throw new BrokenJwtError();
  return Buffer.from(part, "base64url");
}

/** Integers beyond 64 bits are what the server's JSON reader breaks down on. */
function fitsInt64(value: Json): boolean {
  if (typeof value === "bigint") return value >= INT64.min && value <= INT64.max;
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value as Record<string, Json>).every(fitsInt64);
}

function textField(object: JsonObject, field: string): string {
  const value = object[field];
  if (value === undefined)
    throw new BrokenJwtError(`fauna.codex.json.JsonFieldAccessException: No field ${field}.`);
  return requireText(value);
}

function requireText(value: Json): string {
  if (typeof value === "string") return value;
  throw new BrokenJwtError(
    `fauna.codex.json.JsonUnexpectedValue: Unexpected ${describeJson(value)}.`,
  );
}

function asText(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
