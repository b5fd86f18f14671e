// The local Fauna: how soon it answers, and how a page grows with the number of documents beside it.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { Client, fql } from "fauna";
import { startLocalFauna } from "@fauna-clerk/local";

import { inTurns, report } from "./support/measure.mjs";

const FEW = 1_000;
const MANY = 100_000;
const BATCH = 10_000;
const OWNERS = 10;

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

function startUp() {
  const file = join(import.meta.dirname, "support/start-local-fauna.mjs");
  return Number(execFileSync(process.execPath, [file], { encoding: "utf8" }));
}
const starts = Array.from({ length: 9 }, startUp);
console.log("From the import of @fauna-clerk/local to the first answer");
console.log(`  ${median(starts).toFixed(0)} ms, at most 300`);

const COLLECTION = `Collection.create({
  name: "Todo",
  indexes: {
    byOwner: { terms: [{ field: ".owner" }], values: [{ field: ".number", order: "desc" }] },
    byNumber: { values: [{ field: ".number" }] }
  }
})`;

const batch = (from, to) => `Set.sequence(${from}, ${to}).forEach(i =>
  Todo.create({ id: ID(i + 1), owner: "user_#{i % ${OWNERS}}", number: i, title: "Todo number #{i}" }))`;

/** A database with this many todos, and a client of the real driver over HTTP/2, its own choice in Node. */
async function todos(count) {
  const size = Math.min(BATCH, count);
  const batches = Array.from({ length: count / size }, (_, i) => batch(i * size, (i + 1) * size));
  const fauna = await startLocalFauna({ seed: [COLLECTION, ...batches] });
  const client = new Client({ endpoint: new URL(fauna.url), secret: fauna.secret });
  const { data } = await client.query(fql`Todo.all().count()`);
  if (data !== count) throw new Error(`It holds ${data} documents instead of ${count}.`);
  const middle = fql`Todo.byNumber({ from: ${count / 2} }).pageSize(16)`;
  const { after } = (await client.query(middle)).data;
  return { fauna, client, count, after };
}

const heap = () => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};
const few = await todos(FEW);
const [before, begin] = [heap(), performance.now()];
const many = await todos(MANY);
const seconds = (performance.now() - begin) / 1000;
const bytes = (heap() - before) / MANY;
console.log(`${MANY} documents with two indexes`);
console.log(`  held, in ${bytes.toFixed(0)} bytes each, after ${seconds.toFixed(1)} s`);

const PAGES = {
  "of an index with a term": () => fql`Todo.byOwner("user_3").pageSize(16)`,
  "of a range in the middle": ({ count }) =>
    fql`Todo.byNumber({ from: ${count / 2} }).pageSize(16)`,
  "after a cursor in the middle": ({ after }) => fql`Set.paginate(${after})`,
  "of the whole collection": () => fql`Todo.all().pageSize(16)`,
};
const REPEATS = 50;

for (const [name, query] of Object.entries(PAGES)) {
  const ask = (where) => async () => {
    for (let i = 0; i < REPEATS; i++) {
      const { data } = await where.client.query(query(where));
      if (data.data.length !== 16) throw new Error(`A page has ${data.data.length} documents.`);
    }
  };
  const contenders = { [`${MANY} documents`]: ask(many), [`${FEW} documents`]: ask(few) };
  const times = await inTurns(contenders, { rounds: 15, warmUp: 3 });
  report(`A page ${name}`, times, {
    per: REPEATS,
    limit: 3,
    peer: `${FEW} documents`,
    first: "more",
  });
}

for (const { client, fauna } of [few, many]) {
  client.close();
  await fauna.close();
}
