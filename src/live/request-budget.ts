import { now } from "./clock";

const MINUTE_MS = 60_000;
/** Requests a minute. */
const LIMIT = 12;
/** Further requests in the first minute. */
const EXTRA = 18;

const tooOften = (): Response =>
  new Response(
    `{"error":{"code":"limit_exceeded","message":"A live query has asked too often."}}`,
    { status: 429 },
  );

/**
 * Bounds how often one live query asks, whatever its options, the answers, tokens, the page and the network are. Nothing
 * adds to it: what happens again and again would make it boundless. Times are in ms.
 */
export class RequestBudget {
  readonly #startedAt = now();
  #early = 0;
  /** When the last requests were sent, oldest first. */
  #sent: readonly number[] = [];

  /** How long the next request has to wait. */
  waitMs(): number {
    const oldest = this.#sent.at(-LIMIT);
    return oldest === undefined || this.#hasExtra() ? 0 : Math.max(0, oldest + MINUTE_MS - now());
  }

  /** Notes a request that is about to be sent. If there have been too many, it is answered here. */
  readonly beforeSend = (): Response | undefined => {
    if (this.waitMs() > 0) return tooOften();
    if (this.#hasExtra()) this.#early++;
    else this.#sent = [...this.#sent.slice(1 - LIMIT), now()];
    return undefined;
  };

  #hasExtra(): boolean {
    return this.#early < EXTRA && now() - this.#startedAt < MINUTE_MS;
  }
}
