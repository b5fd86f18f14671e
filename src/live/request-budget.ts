import { now } from "./clock";

const MINUTE_MS = 60_000;
/** Requests a minute. */
const LIMIT = 12;
/** Further requests in the first minute. */
const EXTRA = 18;

/**
 * Bounds how often one live query asks, whatever its options, the answers, tokens, the page and the network are. Nothing
 * adds to it but the pages of a list: what happens again and again would make it boundless. Times are in ms.
 */
export class RequestBudget {
  readonly #pageCount: () => number;
  readonly #firstMinuteEnd = now() + MINUTE_MS;
  /** When the requests of the last minute were sent, oldest first. */
  #sent: readonly number[] = [];

  /** @param pageCount - how many requests a fetch needs. A longer list may ask as often as it has pages. */
  constructor(pageCount = () => 1) {
    this.#pageCount = pageCount;
  }

  /**
   * How long the next request has to wait.
   *
   * @param requests - how many follow each other, 0 for those of all pages: it waits until there is room for them.
   */
  waitMs(requests = 1): number {
    const pages = this.#pageCount();
    const needed = requests || pages;
    const limit = Math.max(LIMIT, pages);
    if (now() < this.#firstMinuteEnd && this.#sent.length + needed <= limit + EXTRA) return 0;
    // It has to be a minute old before as many can follow.
    const oldest = this.#sent.at(needed - 1 - limit) ?? -Infinity;
    return Math.max(0, oldest + MINUTE_MS - now());
  }

  /** Notes a request that is about to be sent. If there have been too many, it is answered here. */
  readonly beforeSend = (): Response | undefined => {
    if (this.waitMs()) {
      const body = `{"error":{"code":"limit_exceeded","message":"Asked too often."}}`;
      return new Response(body, { status: 429 });
    }
    this.#sent = [...this.#sent.filter((time) => time > now() - MINUTE_MS), now()];
    return undefined;
  };
}
