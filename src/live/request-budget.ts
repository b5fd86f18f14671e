const MINUTE_MS = 60_000;
/** Requests a minute for each event source. */
const LIMIT = 12;
/** Further requests in the first minute. */
const EXTRA = 18;

const TOO_OFTEN = JSON.stringify({
  error: { code: "limit_exceeded", message: "A live query has asked too often." },
});

/** Bounds how often one live query asks, whatever its options and the answers are. Times are in ms. */
export class RequestBudget {
  readonly #startedAt = Date.now();
  /** How many event sources it follows. */
  sources = 1;
  #early = 0;
  /** When the last requests were sent. */
  #sent: number[] = [];

  /** How long the next request has to wait. */
  waitMs(): number {
    const now = Date.now();
    if (this.#hasExtra(now)) return 0;
    // If the clock has been set back, nothing is known.
    this.#sent = this.#sent.filter((time) => time > now - MINUTE_MS && time <= now);
    const oldest = this.#sent.at(-LIMIT * this.sources);
    return oldest === undefined ? 0 : oldest + MINUTE_MS - now;
  }

  /** Notes a request that is about to be sent. If there have been too many, it is answered here. */
  readonly onSend = (): Response | undefined => {
    if (this.waitMs() > 0) return new Response(TOO_OFTEN, { status: 429 });
    const now = Date.now();
    if (this.#hasExtra(now)) this.#early++;
    else this.#sent.push(now);
    return undefined;
  };

  /** Forgets the requests since a time: they no longer count against the limit. */
  forget(since = 0): void {
    this.#sent = this.#sent.filter((time) => time < since);
  }

  #hasExtra(now: number): boolean {
    return this.#early < EXTRA * this.sources && now - this.#startedAt < MINUTE_MS;
  }
}
