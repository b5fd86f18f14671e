import { beforeEach, expect, onTestFinished, test, vi } from "vitest";

import { openChannel } from "../../src/auth/channels";
import { announce, CHANGED, relayName } from "../../src/cache/tell-tabs";
import { connect, signedIn } from "../support/signed-in";

const { identity } = signedIn("ada");

beforeEach(() => {
  // Channels are between pages.
  vi.stubGlobal("document", {});
  onTestFinished(() => void vi.unstubAllGlobals());
});

test("the user's other tabs hear of a write", async () => {
  const connection = connect();
  const heard = vi.fn();
  const other = openChannel((await relayName(connection, identity))!);
  onTestFinished(() => other?.close());
  other!.onmessage = ({ data }) => void heard(data);
  await announce(connection, identity);
  await vi.waitFor(() => expect(heard).toHaveBeenCalledExactlyOnceWith(CHANGED));
});

test("a browser that refuses channels is no failure", async () => {
  vi.stubGlobal("BroadcastChannel", function refuse() {
    throw new Error("SecurityError");
  });
  await expect(announce(connect(), identity)).resolves.toBeUndefined();
});
