import { UnauthorizedError } from "./unauthorized-error";
import { unauthorizedReasons } from "./unauthorized-reasons";

// Loaded on demand: only an app with a wrong set-up needs the explanation.

/** Makes the error of a request whose token Fauna refused: see {@link unauthorizedReasons}. */
export const unauthorized = (token: string, date: string | null): UnauthorizedError =>
  new UnauthorizedError(unauthorizedReasons(token, date));
