// Two formats of all entries have to fit into 0.5 MB. The entries of Clerk's SDKs export all of ".": tsup's declarations
// of them list every name of that, 2 kB each. And the declarations of both formats have the same examples: those of
// CommonJS need none. Nor need they be indented by four spaces.
import { readdir, readFile, writeFile } from "node:fs/promises";

import entries from "../entries.json" with { type: "json" };

/** An example in a comment, up to the next tag or the comment's end. */
const EXAMPLE = /(?:\n( *) \*)?\n\1 \* @example[^]*?(?=\n\1 \*(?: @|\/))/g;

const LISTS = /^export \{[^}]*\} from '\.[^']*';\n/gm;

for (const { name } of entries) {
  const source = await readFile(`src/${name}.ts`, "utf8");
  if (!source.includes('export * from "./index"')) continue;
  for (const extension of ["ts", "cts"]) {
    const file = `dist/${name}.d.${extension}`;
    const code = await readFile(file, "utf8");
    const own = code.replace(LISTS, "");
    if (own === code) throw new Error(`${file} lists nothing: see .ci/shorten-declarations.mjs.`);
    const index = extension === "ts" ? "./index.js" : "./index.cjs";
    await writeFile(file, `export * from '${index}';\n${own}`);
  }
}

for (const file of await readdir("dist", { recursive: true })) {
  if (!/\.d\.c?ts$/.test(file)) continue;
  const code = await readFile(`dist/${file}`, "utf8");
  const kept = file.endsWith(".cts") ? code.replace(EXAMPLE, "") : code;
  const halved = kept.replace(/^(?: {4})+/gm, (indent) => indent.slice(indent.length / 2));
  await writeFile(`dist/${file}`, halved);
}
