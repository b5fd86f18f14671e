/** An option of a command, for `util.parseArgs` and the help. */
export interface Option {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly multiple?: boolean;
  readonly default?: string | boolean | string[];
  /** The placeholder in the help: `name` in `--role <name>`. */
  readonly value?: string;
  /** One line of help. */
  readonly description: string;
}

export type Options = Readonly<Record<string, Option>>;

type ValueOf<O extends Option> = O["type"] extends "string" ? string : boolean;

/** The values of options, typed by their definition: undefined if not given and without a default. */
export type Values<O extends Options> = {
  readonly [K in keyof O]: O[K] extends { multiple: true }
    ? readonly ValueOf<O[K]>[]
    : O[K] extends { default: string | boolean }
      ? ValueOf<O[K]>
      : ValueOf<O[K]> | undefined;
};

/** Options that every command has. */
export const GLOBAL_OPTIONS = {
  json: { type: "boolean", default: false, description: "Print one JSON document instead of text" },
  "secrets-stdin": {
    type: "boolean",
    default: false,
    description: "Read secrets from stdin, as NAME=value lines",
  },
  help: { type: "boolean", short: "h", default: false, description: "Show help and examples" },
} as const;

/** Options of both `init` and `doctor`: where Clerk and Fauna are. */
export const connectionOptions = {
  "publishable-key": {
    type: "string",
    value: "pk_…",
    description:
      "Clerk publishable key (default: [VITE_|NEXT_PUBLIC_|EXPO_PUBLIC_]CLERK_PUBLISHABLE_KEY)",
  },
  endpoint: {
    type: "string",
    value: "url",
    description: "Fauna endpoint (default: [VITE_|NEXT_PUBLIC_|EXPO_PUBLIC_]FAUNA_ENDPOINT)",
  },
  "allow-insecure-endpoint": {
    type: "boolean",
    default: false,
    description: "Allow an http endpoint on another machine",
  },
  template: { type: "string", value: "name", default: "fauna", description: "JWT template" },
} as const;
