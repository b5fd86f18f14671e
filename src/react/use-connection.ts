import { useInsertionEffect, useState } from "react";

import type { AuthState } from "../auth/auth-source";
import { type Connection, type ConnectionOptions, createConnection } from "../drivers/connection";
import { parseEndpoint } from "../drivers/endpoint";

/** One connection for the provider's life; another endpoint is another one. */
export function useConnection(options: ConnectionOptions, auth: AuthState): Connection {
  const { href } = parseEndpoint(options.endpoint, options.allowInsecureEndpoint);
  const [current, setCurrent] = useState(() => createConnection(options, auth));
  let connection = current;
  if (current.endpoint.href !== href) {
    connection = createConnection(options, auth);
    setCurrent(connection);
  }
  // Before the effects of the children, which fetch; silent on the server; and no write during render.
  useInsertionEffect(() => connection.session.update(auth));
  return connection;
}
