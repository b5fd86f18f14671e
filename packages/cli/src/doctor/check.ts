import { refusal, type RefusalCode } from "../explain";
import type { Facts } from "./facts";
import type { Settings } from "./settings";

/** What a check says. */
export interface Finding {
  readonly status: "pass" | "warn" | "fail" | "skip";
  readonly saw: string;
  /** How to mend it: with `fail` and `warn`. */
  readonly mend?: string;
  /** With `skip`: what was not given, where that is the reason. */
  readonly needs?: string;
}

/** One thing that has to be right. Whoever is named in it must not be broken for it to be looked at. */
export interface Check {
  /** The settings without which there is nothing to look at. */
  readonly needs: readonly (keyof Settings)[];
  /** Earlier checks whose failure would make this one fail as well. */
  readonly after?: readonly string[];
  /** May throw a `CliError`, which is a failure with its mend. */
  readonly look: (facts: Facts) => Finding | Promise<Finding>;
}

/** Checks by name, in the order in which they are looked at. */
export type Checks = Readonly<Record<string, Check>>;

export const pass = (saw: string): Finding => ({ status: "pass", saw });
export const warn = (saw: string, mend: string): Finding => ({ status: "warn", saw, mend });
export const fail = (saw: string, mend: string): Finding => ({ status: "fail", saw, mend });

/** What would make Fauna answer 401. */
export function refused(code: RefusalCode, saw: string, detail?: unknown): Finding {
  const { what, mend } = refusal(code, detail);
  return fail(`${saw}. ${what}`, mend);
}
