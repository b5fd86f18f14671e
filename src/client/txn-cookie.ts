/** The cookie in which browser and server tell each other the time of the last transaction, in µs. */
export const TXN_COOKIE = "fauna-txn";

/** How long in s the other one has to see what was written. */
const MAX_AGE_S = 300;

/** The cookie as it is set. Scripts read and replace it. */
export const txnCookie = (txn: number): string =>
  `${TXN_COOKIE}=${txn}; path=/; max-age=${MAX_AGE_S}; samesite=lax`;
