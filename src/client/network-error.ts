import { FaunaError, NetworkError } from "fauna";

/** What the driver's own HTTP client throws. */
export const networkError = (cause: unknown): unknown =>
  cause instanceof FaunaError
    ? cause
    : new NetworkError("The network connection encountered a problem.", { cause });
