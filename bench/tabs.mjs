// Twelve tabs of one Chromium with three live queries each: their first data, and how soon all of them show what one of them
// writes, and what somebody else does.
import { join } from "node:path";
import { startLocalFauna } from "@fauna-clerk/local";

import { servePage } from "./support/open-page.mjs";
import { openTabs } from "./support/open-tabs.mjs";

const TABS = 12;
const WRITES = 20;

const fauna = await startLocalFauna({ seed: `Collection.create({ name: "Todo" })` });
const page = await servePage(join(import.meta.dirname, "support/tabs-page.mjs"));

/** Writes without a tab. Returns when Fauna had answered. */
async function writeElsewhere(title) {
  const headers = { authorization: `Bearer ${fauna.secret}` };
  const body = JSON.stringify({ query: `Todo.create({ list: 0, title: "${title}" })` });
  const { ok } = await fetch(`${fauna.url}/query/1`, { method: "POST", headers, body });
  if (!ok) throw new Error("The write was refused.");
  return Date.now();
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** After how many ms each tab shows what is written in turn. */
async function timesOf(name, count, tabs, write) {
  const times = [];
  for (let n = 0; n < count; n++) {
    const title = `${name} ${n}`;
    const at = await write(title);
    const shown = await Promise.all(tabs.map((tab) => tab(`bench.shown("${title}")`)));
    times.push(...shown.map((time) => Math.max(0, time - at)));
    await pause(200);
  }
  return times;
}

function report(title, values, aim) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
  const [median, p95, most] = [at(0.5), at(0.95), sorted.at(-1)].map((ms) => ms.toFixed(0));
  console.log(
    `  ${title.padEnd(42)} median ${median}, p95 ${p95}, most ${most} ms (aim: ${aim} ms)`,
  );
}

/** @param userOf - whose a tab is, by its number. */
async function openAll(userOf) {
  const browser = await openTabs();
  const opening = Array.from({ length: TABS }, (_, n) => {
    const { url: endpoint, secret } = fauna;
    return browser.open(
      `${page.url}?${new URLSearchParams({ endpoint, secret, user: userOf(n) })}`,
    );
  });
  const tabs = await Promise.all(opening);
  const first = await Promise.all(tabs.map((tab) => tab("bench.first()")));
  return { browser, tabs, first };
}

console.log(`${TABS} tabs with three live queries each`);
const ofOne = await openAll(() => "ada");
report("first data, all opened at once", ofOne.first, 2000);
await pause(5000);
const { tabs } = ofOne;
report(
  "a write of one, shown in the user's others",
  await timesOf("own", WRITES, tabs.slice(1), (title) => tabs[0](`bench.write("${title}")`)),
  50,
);
report(
  "one from elsewhere, shown in all",
  await timesOf("elsewhere", WRITES, tabs, writeElsewhere),
  5000,
);
await ofOne.browser.close();

const ofMany = await openAll((n) => `user_${n}`);
report("tabs of twelve users: first data", ofMany.first, 2000);
// Polls grow apart to 30 s while nothing happens.
report(
  "one from elsewhere, which no tab tells",
  await timesOf("untold", 3, ofMany.tabs, writeElsewhere),
  30_000,
);
await ofMany.browser.close();
page.close();
await fauna.close();
