import { expect, test } from "vitest";
import { files, type Files } from "../../src/context";
import type { LocalRequest } from "@fauna-clerk/local";
import { type Servers, startServers, stateOf } from "../support/cli-servers";
import { type CliRun, runCli, temporaryFolder } from "../support/run-cli";

const ARGS = ["init", "--collection", "Todo", "--claim", "plan=pro", "--fsl", "schema.fsl"];

type When = "before" | "after";

/** Interrupts the set-up at its `call`th request or write, before or after it takes effect. */
class Interruption {
  calls = 0;

  constructor(
    readonly call: number,
    readonly when: When,
  ) {}

  arm({ fauna, clerk }: Servers): void {
    const match = (_request: LocalRequest): boolean => this.isNow();
    fauna.faults.drop(this.when, { match });
    clerk.faults.drop(this.when, { match });
  }

  readonly files: Files = {
    read: (path) => files.read(path),
    write: async (path, text) => {
      const now = this.isNow();
      if (!now || this.when === "after") await files.write(path, text);
      if (now) throw Object.assign(new Error("no space left on device"), { syscall: "write" });
    },
  };

  private isNow(): boolean {
    return this.calls++ === this.call;
  }
}

/** Runs a set-up that is interrupted, and then runs it again. */
async function interrupted(
  call: number,
  when: When,
): Promise<{ first: CliRun; second: CliRun; state: unknown; calls: number }> {
  const servers = await startServers();
  const cwd = await temporaryFolder();
  const interruption = new Interruption(call, when);
  interruption.arm(servers);
  const first = await runCli(ARGS, { cwd, env: servers.env, files: interruption.files });
  const { calls } = interruption;
  servers.fauna.faults.clear();
  servers.clerk.faults.clear();
  const second = await runCli(ARGS, { cwd, env: servers.env });
  return { first, second, state: await stateOf(servers, cwd), calls };
}

/** More calls than any set-up makes. */
const NEVER = 1000;

test.each<When>(["before", "after"])(
  "if any call fails %s it takes effect, a second run completes the set-up",
  async (when) => {
    const whole = await interrupted(NEVER, when);
    expect(whole.first.code).toBe(0);
    expect(whole.calls).toBeGreaterThanOrEqual(11);
    for (let call = 0; call < whole.calls; call++) {
      const { first, second, state } = await interrupted(call, when);
      expect([first.code, second.code], `call ${call}`).toEqual([1, 0]);
      expect(state, `call ${call}`).toEqual(whole.state);
    }
  },
);

test("says what failed, what is already done, and how to continue", async () => {
  const servers = await startServers();
  servers.clerk.faults.fail({ status: 500, message: "Clerk is on fire" });
  const { code, stderr } = await runCli(ARGS, { env: servers.env });
  expect(code).toBe(1);
  expect(stderr).toContain("JWT template fauna: Clerk: Clerk is on fire (HTTP 500)");
  expect(stderr).toContain("Already done: Database, Collections, Roles, Access provider.");
  expect(stderr).toContain(`Run init again to continue with "JWT template fauna".`);
});

test("--json prints the failure", async () => {
  const { env, clerk } = await startServers();
  clerk.faults.fail({ status: 500, message: "Clerk is on fire" });
  const { json } = await runCli([...ARGS, "--json"], { env });
  expect(json).toMatchObject({ ok: false, error: { code: "clerk_internal_clerk_error" } });
});

test("after Ctrl-C, a second run does the rest", async () => {
  const servers = await startServers();
  const cwd = await temporaryFolder();
  const interrupt = new AbortController();
  const held = servers.clerk.faults.hold();
  const running = runCli(ARGS, { cwd, env: servers.env, signal: interrupt.signal });
  await held.reached();
  interrupt.abort();
  held.release();
  const first = await running;
  expect(first.code).toBe(1);
  // The request for Clerk's templates was pending.
  expect(first.stderr).toContain("JWT template fauna: Interrupted.");
  const second = await runCli(ARGS, { cwd, env: servers.env });
  expect(second.stdout).toContain("+ JWT template fauna: created");
  expect(second.stdout).toContain("+ .env.development.local: created");
});
