import { defineConfig } from "vitest/config";

import config from "../../vitest.config";

const folder = process.env["MUTATE"] ?? "";
/** Which tests a folder's mutants have to get past: the fast ones without React, or all with it. */
const [project, include] =
  folder === "react"
    ? ["react19", "test/react/*.test.tsx"]
    : ["node", `test/{${folder},client}/*.test.{ts,tsx}`];

export default defineConfig(async (env) => {
  const { test } = await config(env);
  const projects = (test?.projects ?? []).flatMap((each) =>
    typeof each === "object" && "test" in each && each.test?.name === project
      ? { ...each, test: { ...each.test, include: [include], isolate: true } }
      : [],
  );
  return { test: { ...test, projects } };
});
