/** One entry of the `errors` in Clerk's error body. */
export interface ClerkErrorEntry {
  code: string;
  message: string;
  long_message: string;
  meta: Record<string, unknown>;
}

/** A failure that is answered with a status and Clerk's error body. */
export class ClerkApiError extends Error {
  override readonly name = "ClerkApiError";

  constructor(
    readonly status: number,
    readonly code: string,
    readonly shortMessage: string,
    longMessage: string = shortMessage,
    readonly meta: Record<string, unknown> = {},
  ) {
    super(longMessage);
  }

  get body(): { errors: ClerkErrorEntry[] } {
    const { code, message, shortMessage, meta } = this;
    return { errors: [{ code, message: shortMessage, long_message: message, meta }] };
  }
}

export function notFound(longMessage: string): ClerkApiError {
  return new ClerkApiError(404, "resource_not_found", "Resource not found", longMessage);
}

/** What Clerk says to a token request for a session that was revoked. */
export function unauthenticated(): ClerkApiError {
  return new ClerkApiError(
    401,
    "authentication_invalid",
    "Invalid authentication",
    "Unable to authenticate the request, you need to supply an active session",
  );
}

export function invalidForm(code: string, message: string): ClerkApiError {
  return new ClerkApiError(422, code, message);
}

export function missingParameter(name: string): ClerkApiError {
  const meta = { param_name: name };
  return new ClerkApiError(
    422,
    "form_param_missing",
    "is missing",
    `${name} must be included.`,
    meta,
  );
}

export function valueOutOfRange(name: string, min: number, max: number): ClerkApiError {
  const message = `${name} must be an integer between ${min} and ${max}.`;
  const meta = { param_name: name };
  return new ClerkApiError(422, "form_param_value_invalid", "is invalid", message, meta);
}
