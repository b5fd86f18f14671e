import type { Caller, DocumentId } from "../../store/caller";
import type { Database } from "../../store/database";
import { SYSTEM_COLLECTIONS } from "../../store/system";
import type { Transaction } from "../../store/transaction";
import { QueryError, RefusedError, TimeoutError, type QueryErrorDetails } from "../errors";
import type { Span } from "../source";
import type { Diagnostic } from "../summary";
import type { LibraryEnvironment } from "../../types/library-environment";
import { activate } from "./active-context";
import type { Interpreter } from "./interpreter";

/** The calls under way, innermost first. */
export interface Frame {
  readonly span: Span;
  readonly outer: Frame | null;
  readonly depth: number;
}

/** Reads of the past: by `at`, for a page of a set whose first page was read then, or for an event of then. */
export interface ReadTime {
  readonly ts: number;
  readonly by: "at" | "cursor" | "event";
}

/** What may not happen here, and where "here" is, for the message. */
export interface EffectLimit {
  readonly allowed: "write" | "read" | "none";
  readonly where: string;
}

/** Who acts: the caller, or in functions and predicates somebody with other rights. */
export interface Authority {
  readonly builtin?: Caller["builtin"];
  readonly roles: readonly string[];
  /** The document that it acts as. */
  readonly identity?: DocumentId;
}

/** Counters of a run, for `stats`. */
export interface Usage {
  compute: number;
  write: number;
  /** Operations for each set and document that was read: a transaction reads each of them once. */
  readonly reads: Map<string, number>;
  bytesRead: number;
  bytesWritten: number;
}

/** What a transaction may compute, in the operations that `stats` tells of. */
const MAX_COMPUTE_OPS = 12_000;
export const STEPS_PER_COMPUTE_OP = 50;
/** More expressions than this in one query count as a time-out. */
const MAX_STEPS = 20_000_000;

/** What the schema is made of, and what is checked as a whole when it changes. */
const CHECKED: ReadonlySet<number> = new Set(
  (["Collection", "Function", "Role", "AccessProvider"] as const).map(
    (name) => SYSTEM_COLLECTIONS[name],
  ),
);

/**
 * The state of one run. The evaluator makes it (evaluator/interpreter.ts), and what is below it takes it along. Frames, read time, rights and effects change as it goes,
 * and back again.
 */
export class Context {
  frame: Frame | null = null;
  readTime: ReadTime | null = null;
  effect: EffectLimit = { allowed: "write", where: "" };
  authority: Authority;
  readonly logs: Diagnostic[] = [];
  readonly usage: Usage = {
    compute: 0,
    write: 0,
    reads: new Map(),
    bytesRead: 0,
    bytesWritten: 0,
  };
  /** Counts writes to the schema, for what is remembered about it. */
  schemaChanges = 0;
  /** Keys and tokens made by this query: only it may see their secrets. */
  readonly revealed: Set<bigint> = new Set();
  /** The calls of the last write to what the schema's check looks at. */
  schemaWrite: readonly Span[] | null = null;
  /** How deep calls were nested at most. */
  deepest = 0;
  /** Whether all of it runs again, where there is more stack, if that of this thread ends: with a RangeError. */
  runsAgain = false;
  /** FQL v4 takes names that are no identifiers, and leaves out what FQL v10 fills in. */
  isV4 = false;
  #steps = 0;
  readonly #deadline: number;

  constructor(
    readonly db: Database,
    readonly tx: Transaction,
    readonly caller: Caller,
    timeout: number,
    readonly interpreter: Interpreter,
    readonly library: LibraryEnvironment,
  ) {
    this.authority = caller.builtin
      ? { builtin: caller.builtin, roles: [] }
      : { roles: caller.roles, ...(caller.identity ? { identity: caller.identity } : {}) };
    this.#deadline = performance.now() + timeout;
    activate(this);
  }

  /** Milliseconds until the run is out of time. */
  get timeLeft(): number {
    return Math.max(1, Math.ceil(this.#deadline - performance.now()));
  }

  /** Notes a write to a system collection. */
  wroteSchema(coll: number): void {
    this.schemaChanges++;
    if (CHECKED.has(coll)) this.schemaWrite = this.trace();
  }

  /** Counts one step; throws when the run has used up its steps or its time. */
  step(): void {
    this.#steps++;
    if (
      this.#steps > MAX_STEPS ||
      (this.#steps % 1024 === 0 && performance.now() > this.#deadline)
    ) {
      throw new TimeoutError("The query took too long.");
    }
  }

  /** Counts calls and elements; throws when the transaction computes too much. */
  compute(steps = 1): void {
    this.usage.compute += steps;
    if (this.usage.compute <= MAX_COMPUTE_OPS * STEPS_PER_COMPUTE_OP) return;
    const got = Math.ceil(this.usage.compute / STEPS_PER_COMPUTE_OP);
    throw new RefusedError(
      `Transaction does too much compute: got ${got}, limit: ${MAX_COMPUTE_OPS}`,
    );
  }

  /** The time that reads are as of. */
  get readTs(): number {
    return this.readTime?.ts ?? this.tx.ts;
  }

  /** The time of the `at` around; undefined in the present. */
  get atTs(): number | undefined {
    return this.readTime?.by === "at" ? this.readTime.ts : undefined;
  }

  /** The time that the server itself reads as of, for a page or an event; null where the query decides. */
  get systemTs(): number | null {
    return this.readTime && this.readTime.by !== "at" ? this.readTime.ts : null;
  }

  /** Runs `work` with `span` as the innermost call. */
  within<T>(span: Span, work: () => T): T {
    const before = this.frame;
    const depth = (before?.depth ?? 0) + 1;
    this.frame = { span, outer: before, depth };
    if (depth > this.deepest) this.deepest = depth;
    try {
      return work();
    } finally {
      this.frame = before;
    }
  }

  /** Runs `work` with the calls of elsewhere, innermost first, in front of the current ones. */
  withinCalls<T>(calls: readonly Span[], work: () => T): T {
    const before = this.frame;
    for (const span of calls.toReversed())
      this.frame = { span, outer: this.frame, depth: (this.frame?.depth ?? 0) + 1 };
    try {
      return work();
    } finally {
      this.frame = before;
    }
  }

  withReadTime<T>(readTime: ReadTime | null, work: () => T): T {
    const before = this.readTime;
    this.readTime = readTime;
    try {
      return work();
    } finally {
      this.readTime = before;
    }
  }

  withAuthority<T>(authority: Authority, work: () => T): T {
    const before = this.authority;
    this.authority = authority;
    try {
      return work();
    } finally {
      this.authority = before;
    }
  }

  withEffect<T>(effect: EffectLimit, work: () => T): T {
    const before = this.effect;
    // A limit inside a narrower one does not widen it.
    this.effect = RANK[effect.allowed] < RANK[before.allowed] ? effect : before;
    try {
      return work();
    } finally {
      this.effect = before;
    }
  }

  /** The places of an error here: `at`, if it is not the innermost call itself, and the calls. */
  trace(at?: Span): Span[] {
    const spans: Span[] = at ? [at] : [];
    for (let frame = this.frame; frame; frame = frame.outer) spans.push(frame.span);
    return spans;
  }

  /** An error at the innermost call. */
  error(code: string, message: string, details?: QueryErrorDetails): QueryError {
    return new QueryError(code, message, this.trace(), details);
  }

  /** An error at a place inside the innermost call. */
  errorAt(at: Span, code: string, message: string, details?: QueryErrorDetails): QueryError {
    return new QueryError(code, message, this.trace(at), details);
  }
}

const RANK = { none: 0, read: 1, write: 2 } as const;
