/*
 * A server fetches key sets over TLS, unless it was started for development: then they may come in plain HTTP, but from
 * the host "localhost" alone. The local Clerk has its keys at 127.0.0.1, since hosts of Clerk's have a dot. So that tests
 * need not know of it, the address is changed on the way to the server, and back.
 */

/** A text for the server, with the address from which it can fetch the keys of the local Clerk. */
export const withLocalhost = (text: string): string =>
  text.replaceAll(/https:\/\/127\.0\.0\.1(:\d+\/\.well-known\/jwks\.json)/g, "https://localhost$1");

/** A text of the server's, with the address that the test has given. */
export const withoutLocalhost = (text: string): string =>
  text.replaceAll(/https:\/\/localhost(:\d+\/\.well-known\/jwks\.json)/g, "https://127.0.0.1$1");
