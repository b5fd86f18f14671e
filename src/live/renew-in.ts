import { CLAIMS, decodePart } from "../auth/claims";

/** How long in ms before its token's end a connection is renewed, where the token lives long enough. */
const MARGIN = 10_000;

/**
 * After how many ms a connection that is made now with `token` has to be renewed. The server lets a stream outlive its token
 * and swallows the first change afterwards, so it is too late to wait for an error. Infinity without an `exp`.
 *
 * Clocks differ: what is left is never taken for longer than the token's whole life, and a token that seems to be over has
 * just been accepted, so that it is this clock that is ahead.
 */
export function renewIn(token: string, now: number = Date.now()): number {
  type Times = { exp: number; iat?: number };
  const { exp, iat = exp - 60 } = Object(decodePart(token, CLAIMS)) as Times;
  // As for the server only an integer counts.
  if (exp % 1 !== 0) return Infinity;
  const life = (exp - iat) * 1000;
  const left = Math.min(exp * 1000 - now, life);
  const time = left > 0 ? left : life;
  return Math.max(time - MARGIN, time / 2);
}
