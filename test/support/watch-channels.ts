import { onTestFinished, vi } from "vitest";

/** The channels of the page that are open, their names, and all that is said on them. */
export interface Channels {
  readonly open: ReadonlySet<BroadcastChannel>;
  /** All that have been opened, also those that are closed again. */
  readonly opened: readonly BroadcastChannel[];
  readonly said: readonly unknown[];
  readonly names: () => string[];
}

/** Watches the channels that are made from now on, until the test ends. */
export function watchChannels(): Channels {
  const open = new Set<BroadcastChannel>();
  const opened: BroadcastChannel[] = [];
  const said: unknown[] = [];
  vi.stubGlobal(
    "BroadcastChannel",
    class extends BroadcastChannel {
      constructor(name: string) {
        super(name);
        open.add(this);
        opened.push(this);
      }

      override postMessage(message: unknown): void {
        said.push(message);
        super.postMessage(message);
      }

      override close(): void {
        open.delete(this);
        super.close();
      }
    },
  );
  onTestFinished(() => void vi.unstubAllGlobals());
  return { open, opened, said, names: () => [...open].map(({ name }) => name) };
}
