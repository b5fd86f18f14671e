import { refusal, type RefusalCode } from "../explain";
import type { CheckContext } from "./facts";
import type { Settings } from "./settings";

/** What a check says. */
export interface Finding {
  readonly status: "pass" | "warn" | "fail" | "skip";
  readonly message: string;
  /** How to fix it: with `fail` and `warn`. */
  readonly fix?: string;
  /** With `skip`: what was not given, where that is the reason. */
  readonly needs?: string;
}

/** One thing that has to be right. Whoever is named in it must not be broken for it to be looked at. */
export interface Check {
  /** The settings without which there is nothing to look at. */
  readonly needs: readonly (keyof Settings)[];
  /** Earlier checks whose failure would make this one fail as well. */
  readonly dependsOn?: readonly string[];
  /** May throw a `CliError`, which is a failure with its fix. */
  readonly run: (context: CheckContext) => Finding | Promise<Finding>;
}

/** Checks by name, in the order in which they are looked at. */
export type Checks = Readonly<Record<string, Check>>;

export const pass = (message: string): Finding => ({ status: "pass", message });
export const warn = (message: string, fix: string): Finding => ({ status: "warn", message, fix });
export const fail = (message: string, fix: string): Finding => ({ status: "fail", message, fix });

/** What would make Fauna answer 401. */
export function refused(code: RefusalCode, message: string, detail?: unknown): Finding {
  const { problem, fix } = refusal(code, detail);
  return fail(`${message}. ${problem}`, fix);
}
