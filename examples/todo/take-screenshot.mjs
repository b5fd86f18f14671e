// Takes the README's picture anew: npm run build && node examples/todo/take-screenshot.mjs
import { join } from "node:path";
import { runnerImport } from "vite";

const support = async (file) =>
  (await runnerImport(join(import.meta.dirname, "../../test/browser/support", file))).module;
const { startApp } = await support("app.ts");
const { launchChromium } = await support("chromium.ts");

const [app, browser] = await Promise.all([startApp(), launchChromium()]);
try {
  const page = await browser.newPage({ viewport: { width: 1200, height: 680 } });
  await page.goto(app.url);
  await page.getByRole("button", { name: "Grace Hopper" }).click();
  await page.getByText("Tape the moth into the logbook").waitFor();
  await page.getByText("Live", { exact: true }).waitFor();
  await page.getByText("of 1,000 done").waitFor();
  await page.getByRole("button", { name: "Make authenticated query" }).click();
  await page.getByText("user_grace").nth(1).waitFor();
  await page.locator(".requests summary", { hasText: "newest().page" }).click();
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(import.meta.dirname, "screenshot.png"), fullPage: true });
} finally {
  await Promise.all([app.close(), browser.close()]);
}
