// The sources with all mutants in them, each behind a switch: by Stryker's instrumenter.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { commonTokens } from "@stryker-mutator/api/plugin";
import { createInstrumenter } from "@stryker-mutator/instrumenter";
import { createInjector } from "typed-inject";

/** A copy of the repository, which shares its packages. */
export const SANDBOX = "node_modules/.mutants/sandbox";

const silent = new Proxy({}, { get: (_, name) => () => name === "isDebugEnabled" && false });

/** Makes the copy anew. Returns the mutants of these files. */
export async function instrument(files) {
  rmSync(SANDBOX, { recursive: true, force: true });
  const all = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { encoding: "utf8" });
  for (const file of all.trim().split("\n")) {
    if (!/^(src|test|packages|entries\.json|package\.json|[^/]*config[^/]*)/.test(file)) continue;
    mkdirSync(join(SANDBOX, dirname(file)), { recursive: true });
    cpSync(file, join(SANDBOX, file), { force: true });
  }
  symlinkSync("../..", join(SANDBOX, "node_modules"));
  const instrumenter = createInjector()
    .provideValue(commonTokens.logger, silent)
    .injectFunction(createInstrumenter);
  const sources = files.map((name) => ({
    name,
    mutate: true,
    content: readFileSync(name, "utf8"),
  }));
  const options = { excludedMutations: [], ignorers: [], plugins: null };
  const { files: instrumented, mutants } = await instrumenter.instrument(sources, options);
  for (const { name, content } of instrumented) writeFileSync(join(SANDBOX, name), content);
  return mutants.map(({ id, fileName, location, replacement }) => {
    const source = readFileSync(fileName, "utf8");
    return {
      id,
      file: fileName,
      location,
      replacement,
      text: textOf(source, location, replacement),
    };
  });
}

/** What a mutant changes, and to what, each in a line that is cut if it is long. Lines begin with 0. */
function textOf(source, { start, end }, replacement) {
  const lines = source.split("\n").slice(start.line, end.line + 1);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column);
  lines[0] = lines[0].slice(start.column);
  const [before, after] = [lines.join(" "), replacement].map((code) => {
    const line = code.replace(/\s+/g, " ");
    return `\`${line.length > 60 ? `${line.slice(0, 60)}…` : line}\``;
  });
  return `${before} → ${after}`;
}
