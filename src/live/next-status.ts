import { dateNow } from "./clock";
import type { FaunaLiveInfo, LiveStatus } from "./live-info";

/** A status without its history. */
export type LiveStatusNow = Pick<LiveStatus, "live"> & Partial<Omit<FaunaLiveInfo, "since">>;

/** Returns the status that follows another one: the same object if nothing has changed. */
export function nextStatus(
  previous: LiveStatus | undefined,
  { live, transport = null, reason = null, retryAt = null, error = null }: LiveStatusNow,
): LiveStatus {
  const since = previous?.live === live ? previous.info.since : dateNow();
  const info = { transport, reason, since, retryAt, error };
  const keys = Object.keys(info) as (keyof FaunaLiveInfo)[];
  return previous?.live === live && keys.every((key) => info[key] === previous.info[key])
    ? previous
    : { live, info };
}
