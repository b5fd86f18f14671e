import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startClerk } from "../../../../test/support/clerk/start-clerk";

/** A local Clerk with a package of one script, `dist/clerk.browser.js`. */
async function startWithScript(): Promise<(path: string) => Promise<Response>> {
  const folder = await mkdtemp(join(tmpdir(), "fauna-clerk-scripts-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "dist"));
  await writeFile(join(folder, "secret.js"), "secret");
  await writeFile(join(folder, "dist/clerk.browser.js"), "window.Clerk = {};");
  const { url } = await startClerk({ packages: { "@clerk/clerk-js": folder } });
  return (path) => fetch(`${url}${path}`);
}

test("serves a page the script of an installed package, whatever version it asks for", async () => {
  const get = await startWithScript();
  const response = await get("/npm/@clerk/clerk-js@6/dist/clerk.browser.js");
  expect(response.headers.get("content-type")).toContain("text/javascript");
  expect(await response.text()).toBe("window.Clerk = {};");
});

test.each([
  ["a package that it was not given", "/npm/@clerk/ui@1/dist/ui.browser.js"],
  ["a script that the package has not", "/npm/@clerk/clerk-js@6/dist/other.js"],
  ["a file outside of the package's scripts", "/npm/@clerk/clerk-js@6/dist/..%2fsecret.js"],
])("says 404 for %s", async (_name, path) => {
  const get = await startWithScript();
  expect((await get(path)).status).toBe(404);
});
