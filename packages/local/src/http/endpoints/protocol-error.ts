import { json, type LocalResponse } from "../exchange";

/** An error of the FQL v10 endpoints before any query has run. */
export function protocolError(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): LocalResponse {
  return json(status, { error: { code, message } }, headers);
}

export function badRequest(message: string): LocalResponse {
  return protocolError(400, "invalid_request", message);
}

export function unauthorized(message = "Access token required"): LocalResponse {
  return protocolError(401, "unauthorized", message, { "www-authenticate": "Bearer" });
}

/** An error in the form of FQL v4, which all unknown paths have too. */
export function legacyError(
  status: number,
  code: string,
  description: string,
  headers: Readonly<Record<string, string>> = {},
): LocalResponse {
  return json(status, { errors: [{ code, description }] }, headers);
}

export function notFound(description = "Not Found"): LocalResponse {
  return legacyError(404, "not found", description);
}

export function methodNotAllowed(allowed: readonly string[]): LocalResponse {
  const methods = allowed.join(", ");
  const description = `Allowed methods are ${methods}.`;
  return legacyError(405, "method not allowed", description, { allow: methods });
}
