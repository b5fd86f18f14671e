import type { Timer } from "../auth/running";
import { recordOf } from "../cache/query-record";
import { dateNow, now } from "./clock";
import { fetchAgain } from "./fetch-again";
import type { FollowedQuery } from "./followed-query";

/** A burst of events causes one refetch, once it has been quiet for so long. */
const DEBOUNCE_MS = 100;
/** Further events delay a refetch no longer than this. A refetch that was cancelled is repeated after that time. */
const MAX_DELAY_MS = 1000;

/** Refetches a live query where events do not tell what the data is now. */
export class Refetcher {
  readonly #followed: FollowedQuery;
  readonly #onFailure: () => void;
  readonly #onWait: () => void;
  /** When it may refetch, in ms since the epoch, if that has to wait longer than usual. */
  retryAt: number | null = null;
  /** The time of a transaction that a refetch has to see; 0 if no refetch is due. */
  #mustSeeTxn = 0;
  #deadline = 0;
  /** How many fetches have brought data. */
  #fetches = 0;
  #timer: Timer | undefined;

  /**
   * @param onFailure - called when a refetch has failed. It is not repeated here.
   * @param onWait - called when `retryAt` may have changed.
   */
  constructor(followed: FollowedQuery, onFailure: () => void, onWait: () => void) {
    this.#followed = followed;
    this.#onWait = onWait;
    this.#onFailure = onFailure;
  }

  /** Whether the data lacks what events have changed. */
  get isDue(): boolean {
    return this.#mustSeeTxn > 0;
  }

  /** Refetches until the data includes the transaction of a time. */
  refetchSoon(mustSeeTxn: number): void {
    const time = now();
    if (!this.#mustSeeTxn) this.#deadline = time + MAX_DELAY_MS;
    this.#mustSeeTxn = Math.max(this.#mustSeeTxn, mustSeeTxn);
    this.#refetchIn(Math.min(DEBOUNCE_MS, this.#deadline - time));
  }

  /** Notes that a fetch, no matter whose, has brought data. */
  onFetched(txn: number): void {
    this.#fetches++;
    if (!this.#mustSeeTxn || txn < this.#mustSeeTxn) return;
    const record = recordOf(this.#followed.cached.queryKey);
    // Optimistic updates go with the first answer after their own write's.
    if (!record.layers) record.refetchedFor = this.#mustSeeTxn;
    this.#mustSeeTxn = 0;
    this.#setRetryAt(null);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #refetchIn(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#followed.lifetime.aborted) return;
    const wait = this.#followed.budget.waitMs(0);
    this.#timer = setTimeout(() => void this.#refetch(), Math.max(ms, wait));
    if (wait > MAX_DELAY_MS) this.#setRetryAt(this.retryAt ?? dateNow() + wait);
  }

  #setRetryAt(time: number | null): void {
    this.retryAt = time;
    this.#onWait();
  }

  async #refetch(): Promise<void> {
    const { scope, lifetime } = this.#followed;
    scope.connection.getClient().lastTxnTs = this.#mustSeeTxn;
    this.#setRetryAt(null);
    try {
      // The first one may join a fetch that started too early.
      for (let left = 2; this.#mustSeeTxn && left > 0; left--) {
        const before = this.#fetches;
        await fetchAgain(this.#followed);
        if (lifetime.aborted) return;
        // It was cancelled, which does not reject if there are data. Whoever did it may need a moment.
        if (before === this.#fetches) {
          this.#refetchIn(MAX_DELAY_MS);
          return;
        }
      }
      this.#mustSeeTxn = 0;
    } catch {
      if (!lifetime.aborted) this.#onFailure();
    }
  }
}
