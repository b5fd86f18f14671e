import { LOOPBACK } from "../auth/loopback";
import { ConfigurationError, type ConfigurationErrorCode } from "../errors";

/**
 * The origin of the URL that tokens may be sent to.
 *
 * @throws ConfigurationError when it is not an absolute http(s) URL, or when it is http on a host that is not loopback
 * and `allowInsecure` is not set.
 */
export function originOf(url: string | URL, allowInsecure = false): string {
  const refuse = (code: ConfigurationErrorCode, mend: string): never => {
    throw new ConfigurationError(code, `Authorized fetch: ${mend}`);
  };
  const { protocol, hostname, origin } = URL.canParse(url) ? new URL(url) : new URL("about:blank");
  if (!/^https?:$/.test(protocol))
    return refuse("malformed_endpoint", "pass a URL such as https://api.example.com/graphql.");
  if (protocol === "http:" && !allowInsecure && !LOOPBACK.test(hostname))
    return refuse("insecure_endpoint", "use https, or set allowInsecureEndpoint.");
  return origin;
}
