import { describe, expect, test } from "vitest";
import { checks } from "../../src/cli/doctor/checks";
import { runCli } from "../support/run-cli";
import { startDoctorWorld } from "../support/doctor-world";

const names = Object.keys(checks);

describe("doctor", () => {
  test("passes a chain that is set up rightly, one line a check", async () => {
    const world = await startDoctorWorld();
    const { code, stdout, stderr } = await world.doctor();
    const lines = stdout.split("\n").filter((line) => /^\S /.test(line));
    expect(lines.map((line) => line.slice(0, 18).trim())).toEqual(
      names.map((name) => `✓ ${name}`.slice(0, 18).trim()),
    );
    expect([code, stderr]).toEqual([0, ""]);
  });
});
