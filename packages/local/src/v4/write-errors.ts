import { QueryError } from "../fql/errors";
import { notFound, permissionDenied } from "./documents";
import { V4Error, type Position, type ValidationFailure } from "./errors";

/** Runs a write of the store and words its errors as v4 does. */
export function writing<T>(
  what: string,
  positions: {
    readonly denied: Position;
    readonly missing: Position;
    readonly at: Position;
    readonly creates?: boolean;
  },
  write: () => T,
): T {
  try {
    return write();
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw translate(error, what, positions);
  }
}

function translate(
  error: QueryError,
  what: string,
  { denied, missing, at, creates = false }: Parameters<typeof writing>[1],
): V4Error {
  switch (error.code) {
    case "permission_denied":
      return permissionDenied(denied);
    case "document_not_found":
      return notFound(missing);
    case "document_id_exists":
      return new V4Error("instance already exists", `${what} already exists.`, at);
    case "invalid_write":
      return new V4Error("invalid write time", "Cannot write outside of snapshot time.", at);
    case "constraint_failure":
      return constraintFailure(error, what, at, creates);
    default:
      return new V4Error("invalid argument", error.message, at);
  }
}

/** What roles allow. */
export const ACTIONS: readonly string[] = [
  "read",
  "write",
  "create",
  "create_with_id",
  "delete",
  "history_read",
  "history_write",
  "unrestricted_read",
  "call",
];

/** What v4 calls the types of some fields, and the store those of some values. */
const FIELD_TYPES: Readonly<Record<string, string>> = {
  name: "Name",
  body: "Query",
  ttl: "Timestamp",
  role: "Role",
  reverse: "Boolean",
  document: "Ref",
  ...Object.fromEntries(ACTIONS.map((action) => [action, "RoleAction"])),
};
const STORED_TYPES: Readonly<Record<string, string>> = { Int: "Long" };

const NEGATIVE = {
  code: "non-negative value required",
  description: "Value must be non-negative.",
} as const;

/** A failure of the store in the words of v4. */
function validationOf(field: string, message: string): Omit<ValidationFailure, "field"> {
  if (message.startsWith("Missing required field"))
    return { code: "value required", description: "Required value not found." };
  if (message.startsWith("Must provide")) return { code: "value required", description: message };
  if (message.startsWith("Non-negative")) return NEGATIVE;
  if (message.endsWith("must be a valid https URI."))
    return {
      code: "invalid uri",
      description: message.replace(/must be a valid.*/, "is a not valid URI"),
    };
  const [, wanted = "", given = ""] =
    /^Expected (.+?)(?: \| Null)?, provided (.+)$/.exec(message) ?? [];
  if (!given) return { code: "invalid type", description: message };
  const description = `Invalid type ${STORED_TYPES[given] ?? given}, expected type ${FIELD_TYPES[field] ?? wanted}.`;
  return { code: "invalid type", description };
}

/** What is wrong with an item of a list is placed within the item. */
function withinItem(path: readonly (string | number)[]): string[] {
  const last = path.findLastIndex((step) => typeof step === "number");
  return path.slice(last + 1).map(String);
}

function constraintFailure(
  error: QueryError,
  what: string,
  at: Position,
  creates: boolean,
): V4Error {
  const failures = error.details.failures ?? [];
  const clashes = failures.some(({ message }) => /^Failed unique|already exists/.test(message));
  if (clashes && failures.some(({ paths }) => paths[0]?.[0] === "issuer"))
    return new V4Error("validation failed", "document data is not valid.", at, [
      { field: ["issuer"], code: "duplicate value", description: "Value is not unique." },
    ]);
  if (clashes && creates && what !== "Document")
    return new V4Error("instance already exists", `${what} already exists.`, at);
  if (clashes) return new V4Error("instance not unique", "document is not unique.", at);
  const listed = failures.map(({ paths, message }): ValidationFailure => {
    const field = withinItem(paths[0] ?? []);
    const named = field.map((name) => (name === "document" ? "instance" : name));
    return { field: named, ...validationOf(field.at(-1) ?? "", message) };
  });
  return new V4Error("validation failed", "document data is not valid.", at, listed);
}
