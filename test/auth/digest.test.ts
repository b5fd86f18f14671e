import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import { digest } from "../../src/auth/digest";

beforeEach(() => {
  vi.stubGlobal("document", {});
  onTestFinished(() => void vi.unstubAllGlobals());
});

describe("the digest of values", () => {
  test("is the same for equal values alone, and does not reveal them", async () => {
    const [one, same, other] = await Promise.all(
      [
        ["ada", "sess_1"],
        ["ada", "sess_1"],
        ["ada", "sess_2"],
      ].map(digest),
    );
    expect(one).toMatch(/^[0-9a-f]{64}$/);
    expect(same).toBe(one);
    expect(other).not.toBe(one);
  });

  test.each<[string, () => void]>([
    ["has no cryptography", () => vi.stubGlobal("crypto", undefined)],
    ["has no secure origin", () => vi.stubGlobal("crypto", {})],
    ["is no page", () => vi.stubGlobal("document", undefined)],
  ])("is missing where the engine %s", async (_, lack) => {
    lack();
    expect(await digest(["ada"])).toBeUndefined();
  });
});
