/** The cookie in which the browser tells its own server the time of its last transaction, in µs. */
export const TXN_COOKIE = "fauna-txn";
