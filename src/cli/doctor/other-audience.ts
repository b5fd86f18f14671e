import { faunaAudiences } from "../../explain";
import { refused, type Finding } from "./check";
import type { AccessProvider } from "./choose-provider";

/** The failure of an `aud` that names a database, but another one than that of the provider. */
export function otherAudience(
  aud: unknown,
  provider: AccessProvider | undefined,
): Finding | undefined {
  const [named] = faunaAudiences(aud);
  if (!provider || named === provider.audience) return undefined;
  return refused("other_audience", `aud ${named}`, provider.audience);
}
