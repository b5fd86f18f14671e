import type { FaunaLiveInfo, FaunaLiveReason, FaunaLiveState } from "fauna-clerk/react";

const STATES: Record<FaunaLiveState, string> = {
  connecting: "Connecting…",
  live: "Live",
  reconnecting: "Reconnecting…",
  paused: "Paused",
  off: "Not live",
};

/** What people may want to know; they see of the others themselves why it is not live. */
const REASONS: Partial<Record<FaunaLiveReason, string>> = {
  offline: "This device is offline.",
  limited: "There have been many requests.",
  failed: "The last attempt failed.",
  relayed: "Another tab tells what happens.",
  no_slot: "Asks every few seconds: other lists and tabs have all streams.",
  no_stream: "Asks every few seconds.",
};

const timeOf = (ms: number): string => new Date(ms).toLocaleTimeString();

/** How a list follows the database, and if it is cut, since when, and when it tries again. */
export function Connection({ live, info }: { live: FaunaLiveState; info: FaunaLiveInfo }) {
  const { reason, since, retryAt } = info;
  const details = [
    reason && REASONS[reason],
    live === "reconnecting" && `Cut at ${timeOf(since)}.`,
    retryAt && `Tries again at ${timeOf(retryAt)}.`,
  ].filter(Boolean);
  return (
    <>
      <small className="hint">{details.join(" ")}</small>
      <span role="status" className={`connection ${live}`}>
        {STATES[live]}
      </span>
    </>
  );
}
