/**
 * How a live query is connected.
 *
 * - `"connecting"`: its first connection is on the way.
 * - `"live"`: the data follows the database.
 * - `"reconnecting"`: the connection was lost; the data is that of the last event, and catches up without a new snapshot.
 * - `"paused"`: the page is hidden; it catches up when it is shown.
 * - `"off"`: skipped, disabled, nobody is signed in, or it failed for good (see `error`).
 */
export type FaunaLiveState = "connecting" | "live" | "reconnecting" | "paused" | "off";
