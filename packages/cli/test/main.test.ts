import { expect, test } from "vitest";
import { runCli } from "./support/run-cli";

test("without a command, prints the commands and fails", async () => {
  const { code, stdout } = await runCli([]);
  expect(code).toBe(2);
  for (const command of ["init", "doctor", "dev"])
    expect(stdout).toMatch(new RegExp(`^ {2}${command} +\\w`, "m"));
});

test.each([["--help"], ["-h"]])("%s prints the commands", async (option) => {
  expect(await runCli([option])).toMatchObject({ code: 0, stdout: (await runCli([])).stdout });
});

test.each(["init", "doctor", "dev"])("%s --help shows options and examples", async (command) => {
  const { code, stdout } = await runCli([command, "--help"]);
  expect(code).toBe(0);
  expect(stdout).toContain(`Usage: fauna-clerk ${command} [options]`);
  expect(stdout).toMatch(new RegExp(`^Examples:\n {2}# .+\n {2}.*npx fauna-clerk ${command}`, "m"));
});

test("--version prints the version", async () => {
  expect(await runCli(["--version"])).toMatchObject({ code: 0, stdout: "0.0.0-test\n" });
});

test("rejects an unknown command", async () => {
  const { code, stderr } = await runCli(["inti"]);
  expect([code, stderr]).toEqual([
    2,
    '✗ There is no command "inti".\n  Commands: init, doctor, dev.\n',
  ]);
});

test("--json prints failures as JSON", async () => {
  const { code, json } = await runCli(["init", "--json"]);
  expect(code).toBe(2);
  expect(json).toMatchObject({ ok: false, error: { code: "usage", fix: expect.any(String) } });
});

test.each([
  ["a Clerk secret key", "sk_live_0123456789"],
  ["a Fauna secret", "fnAFqkVtR2YAAaBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789"],
  ["a token", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln"],
])("rejects %s as an argument, without repeating it", async (_, secret) => {
  for (const args of [
    ["init", secret],
    ["doctor", `--origin=${secret}`],
  ]) {
    const { code, stderr } = await runCli(args, { secrets: [secret] });
    expect(code).toBe(2);
    expect(stderr).toContain("A secret was given as an argument.");
  }
});

test("prints colours into a pipe only with FORCE_COLOR", async () => {
  const escape = "\u001b[";
  const coloured = await runCli(["init"], { env: { FORCE_COLOR: "1" } });
  expect(coloured.stderr).toContain(escape);
  expect((await runCli(["init"])).stderr).not.toContain(escape);
  const refused = await runCli(["init"], { env: { FORCE_COLOR: "1", NO_COLOR: "1" } });
  expect(refused.stderr).not.toContain(escape);
});
