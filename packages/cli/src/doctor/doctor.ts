import { EXIT } from "../cli-error";
import { type Command, defineCommand } from "../command";
import type { Mark, Output } from "../output";
import { type CheckResult, type Checks, type Finding, runChecks } from "./check";
import { CheckContext } from "./check-context";
import { clerkChecks } from "./checks/clerk-checks";
import { providerChecks } from "./checks/provider-checks";
import { serverChecks } from "./checks/server-checks";
import { templateChecks } from "./checks/template-checks";
import { tokenChecks } from "./checks/token-checks";
import { doctorOptions, type DoctorOptions, readSettings } from "./settings";

/** All checks, in the order in which they run. */
export const checks: Checks = {
  ...clerkChecks,
  ...serverChecks,
  ...providerChecks,
  ...templateChecks,
  ...tokenChecks,
};

/** `fauna-clerk doctor`. It only reads. */
export const doctor: Command<DoctorOptions> = defineCommand({
  name: "doctor",
  summary: "Check the links from Clerk to Fauna, and say how to fix what is wrong",
  description: `Checks keys and endpoint, with FAUNA_ADMIN_KEY also the access provider, with CLERK_SECRET_KEY the JWT
template, with --token-stdin a user's token. It changes nothing. Exits with 1 if a check fails.`,
  examples: [
    {
      description: "The app's settings in .env, and whether its pages may send queries to Fauna",
      command: "npx fauna-clerk doctor --origin http://localhost:5173",
    },
    {
      description: `A token. In the browser's console: copy(await Clerk.session.getToken({ template: "fauna" }))`,
      command: "pbpaste | npx fauna-clerk doctor --token-stdin",
    },
    {
      description: "In CI, with FAUNA_ADMIN_KEY and CLERK_SECRET_KEY in the environment",
      command: "npx fauna-clerk doctor --endpoint https://fauna.example.com --json",
    },
  ],
  options: doctorOptions,
  async run(commandContext) {
    const context = new CheckContext(await readSettings(commandContext), commandContext);
    const results: CheckResult[] = [];
    for await (const result of runChecks(checks, context)) {
      results.push(result);
      if (result.needs === undefined) printResult(result, commandContext.output);
    }
    printNeeds(results, commandContext.output);
    return printSummary(results, commandContext.output);
  },
});

const MARKS: Record<Finding["status"], Mark> = {
  pass: "ok",
  warn: "warned",
  fail: "failed",
  skip: "skipped",
};
const NAME_WIDTH = Math.max(...Object.keys(checks).map(({ length }) => length));

function printResult({ name, status, message, fix }: CheckResult, output: Output): void {
  output.item(
    MARKS[status],
    `${name.padEnd(NAME_WIDTH)}  ${message}`,
    fix === undefined ? [] : [fix],
  );
}

/** Prints one line for each missing input, not for each check that needs it. */
function printNeeds(results: readonly CheckResult[], output: Output): void {
  for (const needs of new Set(results.flatMap((result) => result.needs ?? []))) {
    const names = results.filter((result) => result.needs === needs).map(({ name }) => name);
    const count = names.length === 1 ? "1 check" : `${names.length} checks`;
    output.item("skipped", `${count} more with ${needs}: ${names.join(", ")}`);
  }
}

function printSummary(results: readonly CheckResult[], output: Output): number {
  const count = (status: Finding["status"]): number =>
    results.filter((result) => result.status === status).length;
  const [failed, warned, skipped] = [count("fail"), count("warn"), count("skip")];
  output.line();
  output.line(
    `${count("pass")} passed, ${warned} with warnings, ${failed} failed, ${skipped} skipped.`,
  );
  output.result({ ok: failed === 0, checks: results });
  return failed === 0 ? EXIT.ok : EXIT.failed;
}
