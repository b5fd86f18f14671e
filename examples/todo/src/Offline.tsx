/** Shown while a query waits for the network. */
export function Offline({ paused }: { paused: boolean }) {
  if (!paused) return null;
  return <p role="status">Offline. This goes on as soon as the network is back.</p>;
}
