import type { UnauthorizedReason } from "../errors";
import { judgeToken, refusal, type RefusalCode } from "../explain";
import { CLAIMS, decodePart, HEADER } from "./claims";

/**
 * Why Fauna may have refused a token, as far as the token's own claims can tell. Never quotes the token.
 *
 * @param date - the `Date` header of the server's answer, where it can be read (browsers hide it from scripts
 * unless the server exposes it); otherwise this device's clock is used.
 */
export function unauthorizedReasons(token: string, date: string | null): UnauthorizedReason[] {
  const header = decodePart(token, HEADER);
  const claims = decodePart(token, CLAIMS);
  if (!header || !claims) return [reason("not_a_jwt")];
  const now = Math.floor((Date.parse(date ?? "") || Date.now()) / 1000);
  const found = judgeToken({ header, claims }, now);
  return found.length > 0
    ? found.map(({ code, detail }) => reason(code, detail))
    : [reason("unknown", claims.iss)];
}

function reason(code: RefusalCode, detail?: unknown): UnauthorizedReason {
  const { what, mend } = refusal(code, detail);
  return { code, message: `${what} ${mend}` };
}
