import { CliError } from "../cli-error";
import type { FaunaApi } from "../fauna-admin";
import { isRoot } from "../explain";
import { DEFAULT_CHILD_DATABASE, readAudience } from "../fauna-state";

/** The database that the access provider is in, and its name where it is below that of the admin key. */
export interface OpenDatabase {
  readonly fauna: FaunaApi;
  readonly name?: string;
}

/**
 * Finds the database as `init` does: the child that was asked for, else that of the key, but below the root database
 * the child that `init` makes. Throws a {@link CliError} if the key has not the role admin.
 */
export async function openDatabase(
  admin: FaunaApi,
  childName: string | undefined,
): Promise<OpenDatabase> {
  // Only admins get so far as to be told.
  const audience = await readAudience(admin);
  const name = childName ?? (isRoot(audience) ? DEFAULT_CHILD_DATABASE : undefined);
  if (name === undefined) return { fauna: admin };
  if (await admin.query<boolean>("Database.byName(name).exists()", { name }))
    return { fauna: admin.child(name), name };
  if (childName === undefined) return { fauna: admin };
  throw new CliError(
    "no_database",
    `The database of FAUNA_ADMIN_KEY has no child ${name}.`,
    "Name a child with --database, or leave it out for the key's own database.",
  );
}
