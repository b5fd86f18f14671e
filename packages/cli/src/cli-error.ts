/** Exit codes of the process. */
export const EXIT = {
  ok: 0,
  /** The command or a check failed. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** Nothing failed, but without a secret some steps are left to do by hand. */
  incomplete: 3,
  cancelled: 130,
} as const;

/** An expected failure: printed as a message and a fix, without a stack trace. */
export class CliError extends Error {
  override readonly name: string = "CliError";
  readonly exitCode: number = EXIT.failed;

  constructor(
    /** In `--json`. Unlike the message, it is stable. */
    readonly code: string,
    message: string,
    /** How to fix it. */
    readonly fix?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The command line is wrong: an unknown option, or a missing or malformed value. */
export class UsageError extends CliError {
  override readonly name = "UsageError";
  override readonly exitCode: number = EXIT.usage;

  constructor(message: string, fix?: string) {
    super("usage", message, fix);
  }
}

/** The user pressed Ctrl-C at a prompt. */
export class CancelledError extends CliError {
  override readonly name = "CancelledError";
  override readonly exitCode: number = EXIT.cancelled;

  constructor() {
    super("cancelled", "Cancelled. Nothing was changed.");
  }
}
