import type { AsyncDisposal } from "../async-disposal";
import { withCors } from "./cors";
import type { Handler } from "./exchange";
import { Faults } from "./faults";
import { listen } from "./listen";
import { observed, type ObservedRequest } from "./observe";

/** Options of both {@link startLocalFauna} and {@link startFaultProxy}. */
export interface ServerOptions {
  /**
   * Port on 127.0.0.1; 0 takes a free one.
   * @default 0
   */
  port?: number;
  /** Called for every request (preflights excepted) when it has arrived; it may be called before a fault meets it. */
  onRequest?: (request: ObservedRequest) => void;
  /**
   * Keep every request in `requests`.
   * @default false
   */
  record?: boolean;
}

/** A server on loopback whose requests can be watched and whose answers can be disturbed. */
export interface DisturbableServer extends AsyncDisposal {
  /** `http://127.0.0.1:<port>`: the endpoint for `fauna` and `faunadb` clients. */
  readonly url: string;
  /** Requests so far, if `record` was set. They hold the secrets and tokens that were sent. */
  readonly requests: readonly ObservedRequest[];
  /** Errors, delays, dropped connections and held answers, to switch on. */
  readonly faults: Faults;
  /** Ends all connections and frees the port. */
  close(): Promise<void>;
}

/** Serves a handler, with observers and faults before it. */
export async function serve(
  handler: Handler,
  { port = 0, onRequest, record = false }: ServerOptions,
): Promise<DisturbableServer> {
  const faults = new Faults();
  const requests: ObservedRequest[] = [];
  const disturbed = observed(
    // The answers of faults too, or a page could not read them.
    async (request) => withCors(request, await faults.run(request, handler)),
    (request) => {
      if (record) requests.push(request);
      onRequest?.(request);
    },
  );
  const listener = await listen(disturbed, port);
  const close = async (): Promise<void> => {
    faults.clear();
    await listener.close();
  };
  return { url: listener.url, requests, faults, close, [Symbol.asyncDispose]: close };
}
