import { TXN_COOKIE } from "../client/txn-cookie";

const TXN = new RegExp(`(?:^|;)\\s*${TXN_COOKIE}=(\\d{1,16})\\s*(?:;|$)`);

/** How far in µs the clocks of Fauna and of this server may differ. */
const MAX_SKEW_US = 60_000_000;

/** The time of the browser's last transaction, if the Cookie header tells one that can have been. */
export function txnInCookie(cookie: string | null | undefined): number | undefined {
  const txn = Number(TXN.exec(cookie ?? "")?.[1]);
  // Whoever sets the cookie must not make Fauna wait.
  return txn <= Date.now() * 1000 + MAX_SKEW_US ? txn : undefined;
}
