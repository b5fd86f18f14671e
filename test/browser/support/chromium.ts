import { chromium, type Browser } from "playwright-core";

/** Parts of the browser's own window, which without a screen open for each profile and take as long as the page. */
const WINDOW_FEATURES = [
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
  "WebUIOmniboxFullPopup",
  "WebUIOmniboxSimplification",
];
/** Those that Playwright disables, as far as a page may notice: only the last list counts. */
const PAGE_FEATURES = ["HttpsUpgrades", "PaintHolding", "Translate"];

export const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** For Debian's Chromium without its background chatter. */
export const QUIET: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [...QUIET, `--disable-features=${[...WINDOW_FEATURES, ...PAGE_FEATURES].join()}`],
  });
}
