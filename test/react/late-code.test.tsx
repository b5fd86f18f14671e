import { act } from "@testing-library/react";
import { FaunaProvider } from "fauna-clerk";
import { expect, onTestFinished, test, vi } from "vitest";

import { createFakeClerk, ada } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { untilIdle } from "../support/idle";
import { renderFauna } from "../support/render-fauna";

const loads = vi.hoisted(() => {
  const count = { signOuts: 0, settings: 0 };
  const fail = (which: keyof typeof count) => (): never => {
    count[which]++;
    throw new TypeError("Failed to fetch dynamically imported module");
  };
  return { count, fail };
});
vi.mock("../../src/auth/sign-outs", loads.fail("signOuts"));
vi.mock("../../src/cache/provider-settings", loads.fail("settings"));

test("code that cannot be loaded is no error where nobody waits for it, and is asked for again", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  onTestFinished(() => void process.off("unhandledRejection", unhandled));
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  const auth = clerk.useAuth;
  function Inner() {
    return (
      <FaunaProvider endpoint={fauna.url} auth={auth()}>
        <p>mine</p>
      </FaunaProvider>
    );
  }
  renderFauna(<Inner />, { clerk, fauna });
  await untilIdle();
  const { signOuts, settings } = loads.count;
  await act(() => vi.advanceTimersByTimeAsync(60_000));
  await untilIdle();
  expect(loads.count.signOuts).toBeGreaterThan(signOuts);
  expect(loads.count.settings).toBeGreaterThan(settings);
  expect(unhandled).not.toHaveBeenCalled();
});
