import { type AuthState, createIdentity } from "../../src/auth/identity";
import {
  type Connection,
  type ConnectionOptions,
  createConnection,
} from "../../src/client/connection";
import { makeToken } from "./token";

/**
 * What is known of a user who is signed in, for tests without React.
 *
 * @param claims - further claims of each token.
 */
export const signedIn = (userId: string, claims: () => object = () => ({})): AuthState => ({
  identity: createIdentity("signed-in", "fauna", { userId }),
  template: "fauna",
  getToken: async () => makeToken({ sub: userId, ...claims() }),
});

/** While it is not known who is signed in. */
export const nobodyYet: AuthState = {
  ...signedIn("nobody"),
  identity: createIdentity("loading", "fauna"),
};

/** A connection as a provider makes it, of a server that nobody asks unless there is an `endpoint`. */
export const connect = (
  state: AuthState = signedIn("ada"),
  options: Partial<ConnectionOptions> = {},
): Connection => createConnection({ endpoint: "https://fauna.test", ...options }, state);
