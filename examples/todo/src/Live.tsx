import type { FaunaLiveState } from "fauna-clerk/react";

const NAMES = {
  connecting: "Connecting…",
  live: "Live",
  reconnecting: "Reconnecting…",
  paused: "Paused",
  off: "Not live",
};

/** Says whether what others write appears. */
export function Live({ live }: { live: FaunaLiveState }) {
  return (
    <span role="status" className={`connection ${live}`}>
      {NAMES[live]}
    </span>
  );
}
