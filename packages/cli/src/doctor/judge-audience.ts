import { type DecodedToken, faunaAudiences, judgeToken, type RefusalCode } from "../explain";
import { pass, refused, type Finding } from "./check";
import type { AccessProvider } from "../fauna-state";

const AUDIENCE_CODES: readonly RefusalCode[] = [
  "session_token",
  "no_audience",
  "no_fauna_audience",
  "several_audiences",
  "root_database",
];

/** Whether the `aud` of claims is that of the provider; without one, whether it can be that of a database. */
export function checkAudience(claims: DecodedToken["claims"], provider?: AccessProvider): Finding {
  const { aud } = claims;
  const message = `aud ${JSON.stringify(aud)}`;
  const found = judgeToken({ header: {}, claims }, 0);
  const wrong = found.find(({ code }) => AUDIENCE_CODES.includes(code));
  if (wrong) return refused(wrong.code, message);
  if (!provider || faunaAudiences(aud).includes(provider.audience)) return pass(message);
  return refused("other_audience", message, provider.audience);
}
