import { Client } from "fauna";
import { type ReactNode, useEffect } from "react";

import type { ClerkAuth } from "../auth/identity";
import { txnCookie } from "../client/txn-cookie";
import { useFaunaContext } from "./fauna-context";
import { createClerkProvider, type FaunaProviderProps } from "./fauna-provider";

/** Makes the `FaunaProvider` of an SDK whose framework renders on a server. */
export function createServedProvider(
  useAuth: () => ClerkAuth,
): (props: FaunaProviderProps) => ReactNode {
  const Provider = createClerkProvider(useAuth);
  return function ServedFaunaProvider({ children, ...props }) {
    return (
      <Provider {...props}>
        <TxnCookie />
        {children}
      </Provider>
    );
  };
}

function TxnCookie(): ReactNode {
  const client = useFaunaContext().connection.getClient();
  useEffect(() => keepTxnCookie(client), [client]);
  return null;
}

/** Keeps the time of a client's last transaction in a cookie, until the returned function is called. */
export function keepTxnCookie(client: Client): () => void {
  const query = client.query.bind(client);
  const lastTxnTs = (): Client["lastTxnTs"] =>
    Reflect.get<Client, "lastTxnTs">(Client.prototype, "lastTxnTs", client);
  const write = (): void => {
    const secure = location.protocol === "https:" ? "; secure" : "";
    const txn = lastTxnTs();
    if (txn) document.cookie = txnCookie(txn) + secure;
  };
  // The driver writes the field directly, without its setter.
  const own: Pick<Client, "query"> = {
    async query(...args) {
      const answer = await query(...args);
      write();
      return answer;
    },
  };
  Object.assign(client, own);
  Object.defineProperty(client, "lastTxnTs", {
    configurable: true,
    get: lastTxnTs,
    set(txn) {
      Reflect.set(Client.prototype, "lastTxnTs", txn, client);
      write();
    },
  });
  return () => {
    Reflect.deleteProperty(client, "query");
    Reflect.deleteProperty(client, "lastTxnTs");
  };
}
