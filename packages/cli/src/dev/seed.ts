import { resolve } from "node:path";
import type { LocalFauna } from "@fauna-clerk/local";
import { CliError, UsageError } from "../cli-error";
import type { Context } from "../context";
import { FaunaApi } from "../fauna-api";

/** The initial contents of a database. */
export type Seed = readonly SeedFile[];

interface SeedFile {
  readonly name: string;
  readonly text: string;
}

/** Separates queries of a file. A query can only use collections that an earlier query has created. */
const QUERY_SEPARATOR = /^---[ \t]*$/m;

export async function readSeedFiles(
  names: readonly string[],
  { cwd, files }: Pick<Context, "cwd" | "files">,
): Promise<Seed> {
  return Promise.all(
    names.map(async (name) => {
      const text = await files.read(resolve(cwd, name));
      if (text === undefined) throw new UsageError(`Seed file ${name} does not exist.`);
      if (!/\.(fql|fsl)$/.test(name))
        throw new UsageError(`Seed file ${name} is neither .fql nor .fsl.`);
      return { name, text };
    }),
  );
}

/** Sends all schema files in one update, then runs the queries in the order of the files. */
export async function applySeed(
  fauna: LocalFauna,
  seed: Seed,
  context: Pick<Context, "fetch" | "signal">,
): Promise<void> {
  const schema = seed.filter(({ name }) => name.endsWith(".fsl"));
  if (schema.length > 0) await updateSchema(fauna, schema, context);
  const admin = new FaunaApi(fauna.url, fauna.secret, context);
  for (const { name, text } of seed.filter((file) => !schema.includes(file)))
    for (const query of queriesOf(text))
      await admin.query(query).catch((cause: unknown) => {
        throw seedError(name, (cause as Error).message.replaceAll("*query*", name), cause);
      });
}

/** The queries of a file, each behind as many lines as in the file, so that errors name its places. */
function queriesOf(text: string): string[] {
  let lines = "";
  return text.split(QUERY_SEPARATOR).flatMap((part) => {
    const query = lines + part;
    lines += part.replace(/[^\n]/g, "");
    return part.trim() === "" ? [] : [query];
  });
}

/** Never send an update without files, which deletes the schema, or without the version, which may overwrite. */
async function updateSchema(
  { url, secret }: LocalFauna,
  files: Seed,
  { fetch }: Pick<Context, "fetch">,
): Promise<void> {
  const headers = { authorization: `Bearer ${secret}` };
  const state = (await (await fetch(`${url}/schema/1/files`, { headers })).json()) as {
    version: number;
  };
  const body = new FormData();
  for (const { name, text } of files) body.append(name, new Blob([text]), name);
  const update = `${url}/schema/1/update?version=${state.version}`;
  const response = await fetch(update, { method: "POST", headers, body });
  if (response.ok) return;
  const { error } = (await response.json()) as { error: { message: string } };
  throw seedError(files.map(({ name }) => name).join(", "), error.message);
}

function seedError(name: string, why: string, cause?: unknown): CliError {
  return new CliError("seed", `Seed ${name}: ${why}`, undefined, { cause });
}
