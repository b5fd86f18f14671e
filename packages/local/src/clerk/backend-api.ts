import { timingSafeEqual } from "node:crypto";
import type { LocalRequest } from "../http/exchange";
import type { ClerkState } from "./call";
import { answerBackendToken, isBackendTokenRequest } from "./backend-tokens";
import { ClerkApiError, missingParameter, notFound, valueOutOfRange } from "./api-error";
import {
  reservedClaim,
  type LocalClerkTemplate,
  type StoredTemplate,
  type Templates,
} from "./templates";

const PATH = /^\/v1\/(?:jwks|jwt_templates(?:\/(?<id>[^/]+))?)$/;

/** Whether a request is for the Backend API: the part of it that is here. */
export function isBackendRequest(request: LocalRequest): boolean {
  return PATH.test(request.path) || isBackendTokenRequest(request);
}

/** The JWT templates, the tokens and the keys of Clerk's Backend API. Throws Clerk's errors. */
export function answerBackend(state: ClerkState, request: LocalRequest): unknown {
  const { templates, secretKey, key } = state;
  authorize(request, secretKey);
  if (isBackendTokenRequest(request)) return answerBackendToken(state, request);
  if (request.path === "/v1/jwks") return key.jwks;
  const id = PATH.exec(request.path)?.groups?.["id"];
  return id === undefined ? onAll(templates, request) : onOne(templates, id, request);
}

function onAll(templates: Templates, request: LocalRequest): unknown {
  if (request.method === "GET") return list(templates, request.query);
  if (request.method !== "POST") throw noRoute(request);
  const { name, template } = readTemplate(request.body, templates);
  return resource(templates.put(name, template));
}

function onOne(templates: Templates, id: string, request: LocalRequest): unknown {
  const before = templates.byId(id);
  if (request.method === "GET") return resource(before);
  if (request.method === "DELETE") {
    templates.remove(before.name);
    return { object: "jwt_template", id, deleted: true };
  }
  if (request.method !== "PATCH") throw noRoute(request);
  const { name, template } = readTemplate(request.body, templates, before);
  return resource(templates.put(name, template, before));
}

/** Newest first. Wrapped and counted where the SDK asks for it. */
function list(templates: Templates, query: URLSearchParams): unknown {
  const all = templates.all().reverse();
  const offset = Number(query.get("offset") ?? 0);
  const data = all.slice(offset, offset + Number(query.get("limit") ?? 10)).map(resource);
  return query.get("paginated") === "true" ? { data, total_count: all.length } : data;
}

function resource(template: StoredTemplate): unknown {
  return {
    object: "jwt_template",
    id: template.id,
    name: template.name,
    claims: template.claims,
    lifetime: template.lifetime,
    allowed_clock_skew: template.allowedClockSkew,
    custom_signing_key: false,
    signing_algorithm: "RS256",
    created_at: template.createdAt,
    updated_at: template.updatedAt,
  };
}

/** A template is always sent whole: its name and claims are needed for a change, too. */
function readTemplate(
  text: string,
  templates: Templates,
  before?: StoredTemplate,
): { name: string; template: LocalClerkTemplate } {
  const body = parseBody(text);
  const { name, claims } = body;
  if (typeof name !== "string" || name === "") throw missingParameter("name");
  if (!isObject(claims)) throw missingParameter("claims");
  const reserved = reservedClaim(claims);
  if (reserved !== undefined) throw claimIsReserved(reserved);
  if (templates.find(name) && templates.find(name)?.id !== before?.id) throw nameIsTaken();
  if (body["custom_signing_key"] === true) throw noSigningKeys();
  return {
    name,
    template: {
      claims,
      lifetime: integer(body, "lifetime", 30, 315_360_000) ?? before?.lifetime ?? 60,
      allowedClockSkew:
        integer(body, "allowed_clock_skew", 0, 300) ?? before?.allowedClockSkew ?? 5,
    },
  };
}

function parseBody(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    if (isObject(body)) return body;
  } catch {
    // No JSON: as malformed as JSON of the wrong kind.
  }
  throw new ClerkApiError(400, "request_body_invalid", "Request body invalid");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function integer(
  body: Record<string, unknown>,
  name: string,
  min: number,
  max: number,
): number | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max)
    throw valueOutOfRange(name, min, max);
  return value;
}

function authorize({ headers }: LocalRequest, secretKey: string): void {
  const [, given] = /^Bearer (\S+)$/.exec(headers["authorization"] ?? "") ?? [];
  if (given === undefined)
    throw new ClerkApiError(
      401,
      "authorization_header_format_invalid",
      "Invalid Authorization header format",
      'Invalid Authorization header format. Must be "Bearer <YOUR_API_KEY>"',
    );
  if (!same(given, secretKey))
    throw new ClerkApiError(
      401,
      "clerk_key_invalid",
      "The provided Clerk Secret Key is invalid. Make sure that your Clerk Secret Key is correct.",
    );
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function claimIsReserved(claim: string): ClerkApiError {
  return new ClerkApiError(
    400,
    "jwt_template_reserved_claim",
    "reserved claim used",
    `You can't use the reserved claim: '${claim}'`,
    { param_name: "claims" },
  );
}

function nameIsTaken(): ClerkApiError {
  const message = "That name is taken. Please try another.";
  return new ClerkApiError(422, "form_identifier_exists", message, message, { param_name: "name" });
}

/** Clerk has them, but Fauna could not verify such tokens: the instance's JWKS does not hold the key. */
function noSigningKeys(): ClerkApiError {
  const message = "The local Clerk signs with its own key alone.";
  const meta = { param_name: "custom_signing_key" };
  return new ClerkApiError(422, "form_param_value_invalid", "is invalid", message, meta);
}

function noRoute({ method, path }: LocalRequest): ClerkApiError {
  return notFound(`The local Clerk has no ${method} ${path}`);
}
