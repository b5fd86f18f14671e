// From the moment at which the server writes an event to the row on the screen, in Chromium, against the bare driver's
// stream, which only calls back; and against the same stream, rendered by hand. One event at a time, with a pause of some
// frames between them.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";

import { report } from "./support/measure.mjs";
import { openPage } from "./support/open-page.mjs";
import { token } from "./support/token.mjs";

const ROUNDS = 300;
const WARM_UP = 50;
const EXCHANGES = 200;
const CONTENDERS = {
  ours: "ours",
  bare: "bare driver",
  byHand: "bare driver, rendered by hand",
  subscribed: "subscribeFauna, rendering nothing",
};

const path = (name) => join(import.meta.dirname, "support", name);
const server = fork(path("live-server.mjs"));
const [{ url }] = await once(server, "message");
const address = `?${new URLSearchParams({ endpoint: url })}#${token}`;
const { page, begin, close } = await openPage(path("live-page.mjs"), address);

/** Times of the page and of the server, in ms of one clock. */
const ofPage = (time) => begin + time;
const ofServer = (time) => Number(time) / 1e6;

/** The server's time has to lie between those at which the page asked for it and had it. */
async function checkClock() {
  const times = await page.evaluate((count) => globalThis.bench.askTimes(count), EXCHANGES);
  for (const { sent, at, received } of times)
    if (ofPage(sent) > ofServer(at) || ofServer(at) > ofPage(received))
      throw new Error(
        `The clocks differ: ${ofPage(sent)} to ${ofPage(received)} was ${ofServer(at)}.`,
      );
}

const shuffled = (names) => {
  const left = [...names];
  return names.map(() => left.splice(Math.random() * left.length, 1)[0]);
};
const pause = () => new Promise((resolve) => setTimeout(resolve, 25 + 25 * Math.random()));
const result = () => page.evaluate(() => globalThis.bench.result());

await page.evaluate(() => globalThis.bench.ready);
await checkClock();
const before = await result();
for (let round = 0; round < WARM_UP + ROUNDS; round++)
  for (const name of shuffled(Object.keys(CONTENDERS))) {
    await pause();
    server.send(name);
  }
const got = ({ of }) => globalThis.bench.result().notes.length === of;
await page.waitForFunction(got, { of: (WARM_UP + ROUNDS) * Object.keys(CONTENDERS).length });
const { notes, renders } = await result();
await checkClock();
await close();
server.disconnect();

const timesOf = (name) =>
  notes
    .filter((note) => note.name === name)
    .slice(WARM_UP)
    .map(({ at, now }) => ofPage(now) - ofServer(at));
const times = Object.fromEntries(
  Object.entries(CONTENDERS).map(([name, title]) => [title, { clock: timesOf(name) }]),
);
report("An event, from the server's write to the row on the screen", times, {
  limit: 1.5,
  peer: "bare driver",
});
const rendered = (renders - before.renders) / (WARM_UP + ROUNDS);
console.log(`Renders of the list by one event: ${rendered.toFixed(2)}`);
// Fewer when the machine stands still, so that events come together.
if (rendered > 1) process.exitCode = 1;
