import type { Command } from "./command";
import { GLOBAL_OPTIONS, type Option } from "./options";

/** The help of `fauna-clerk` itself. */
export function overview(commands: readonly { name: string; summary: string }[]): string {
  return `Sets up and checks Fauna with Clerk.

Usage: fauna-clerk <command> [options]

Commands:
${table(commands.map(({ name, summary }) => [name, summary]))}

Options:
${table([...Object.entries(GLOBAL_OPTIONS), VERSION].map(describe))}

Secrets (FAUNA_ADMIN_KEY, CLERK_SECRET_KEY) come from the environment, .env files, stdin or a prompt,
never from arguments. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 some steps are left to do by hand.

fauna-clerk <command> --help shows its options and examples.`;
}

const VERSION: [string, Option] = [
  "version",
  { type: "boolean", description: "Print the version" },
];

/** The help of one command. */
export function help(command: Command): string {
  const options = Object.entries({ ...command.options, ...GLOBAL_OPTIONS });
  const examples = command.examples.map(
    ({ description, command: line }) => `  # ${description}\n  ${line}`,
  );
  return `${command.summary}

Usage: fauna-clerk ${command.name} [options]
${command.description === undefined ? "" : `\n${command.description}\n`}
Options:
${table(options.map(describe))}

Examples:
${examples.join("\n\n")}`;
}

function describe([name, option]: [string, Option]): [string, string] {
  const short = option.short === undefined ? "" : `-${option.short}, `;
  const value = option.type === "string" ? ` <${option.value ?? "value"}>` : "";
  const repeatable = option.multiple ? " (repeatable)" : "";
  const defaultValue = typeof option.default === "string" ? ` (default: ${option.default})` : "";
  return [`${short}--${name}${value}`, `${option.description}${repeatable}${defaultValue}`];
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}
