/** What the process exits with. */
export const EXIT = {
  ok: 0,
  /** Something failed, or a check did. */
  failed: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** Nothing failed, but a secret was missing, so something is left to be done by hand. */
  incomplete: 3,
  cancelled: 130,
} as const;

/** A failure that is told in one message and its fix, without a stack. */
export class CliError extends Error {
  override readonly name: string = "CliError";
  readonly exitCode: number = EXIT.failed;

  constructor(
    /** For `--json`: stable, unlike the message. */
    readonly code: string,
    message: string,
    /** What to do about it. */
    readonly fix?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The command line is wrong: an unknown option, a missing or malformed value. */
export class UsageError extends CliError {
  override readonly name = "UsageError";
  override readonly exitCode: number = EXIT.usage;

  constructor(message: string, fix?: string) {
    super("usage", message, fix);
  }
}

/** A prompt was left with Ctrl-C. */
export class CancelledError extends CliError {
  override readonly name = "CancelledError";
  override readonly exitCode: number = EXIT.cancelled;

  constructor() {
    super("cancelled", "Cancelled; nothing was changed.");
  }
}
