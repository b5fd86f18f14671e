// The local Fauna's type check: a request with it ÷ the same without, for queries that it has seen; and what a new one costs.
import { readFileSync } from "node:fs";

import { Client, fql } from "fauna";
import { startLocalFauna } from "@fauna-clerk/local";

import { inTurns, report } from "./support/measure.mjs";

const SCHEMA = [
  `Collection.create({
    name: "Todo",
    fields: {
      title: { signature: "String" }, done: { signature: "Boolean", default: "false" },
      owner: { signature: "String?" }, org: { signature: "String?" }, createdAt: { signature: "Time?" }
    },
    indexes: { newest: { values: [{ field: ".createdAt", order: "desc" }] } }
  })`,
  `Set.sequence(0, 16).forEach(i => Todo.create({ id: ID(i + 1), title: "Todo number #{i}" }))`,
];
const fauna = await startLocalFauna({ seed: SCHEMA });
const clientWith = (typecheck) =>
  new Client({ endpoint: new URL(fauna.url), secret: fauna.secret, typecheck });
const [checked, unchecked] = [clientWith(true), clientWith(false)];

/** The largest text of the examples. There are todos, so it makes none. */
const [, SEED] = /fql`(.*?)`/s.exec(
  readFileSync(new URL("../examples/todo/first-todos.ts", import.meta.url), "utf8"),
);

/** The example's queries; `mark` makes a text that nobody has seen. */
const QUERIES = {
  "a page": (mark) => fql([`Todo.newest().pageSize(16)${mark}`]),
  "a count": (mark) => fql([`{ all: Todo.all().count(), done: Todo.where(.done).count() }${mark}`]),
  "an update": (mark) => fql(["Todo.byId(", `)!.update({ done: true })${mark}`], "3"),
  "an upsert": (mark) =>
    fql(
      [
        "let token = Query.token()\nTodo.byId(",
        ") ?? Todo.create({ id: ",
        `, title: "a" })${mark}`,
      ],
      "3",
      "3",
    ),
  "the seed": (mark) => fql([`${SEED}${mark}`]),
};
const REPEATS = 50;
let marks = 0;

const ask = (client, query, mark) => async () => {
  for (let i = 0; i < REPEATS; i++) await client.query(query(mark()));
};
const seen = () => "";
const fresh = () => ` // ${marks++}`;

/** A forced collection throws away compiled code, and to compile it again would count as the check. */
const uncollected = () => {};

for (const [name, query] of Object.entries(QUERIES)) {
  const known = {
    "with the check": ask(checked, query, seen),
    "without it": ask(unchecked, query, seen),
  };
  const options = { per: REPEATS, limit: 1.1, peer: "without it", first: "with" };
  report(`Known: ${name}`, await inTurns(known, { rounds: 15, warmUp: 5 }), options);

  const { first, plain } = await inTurns(
    { first: ask(checked, query, fresh), plain: ask(unchecked, query, fresh) },
    { rounds: 15, warmUp: 5, before: uncollected },
  );
  const costs = first.processor.map((time, round) => time - plain.processor[round]);
  const cost = costs.sort((a, b) => a - b)[costs.length >> 1] / REPEATS;
  console.log(`New: ${name}\n  the check takes ${cost.toFixed(2)} ms of processor time, at most 1`);
}

checked.close();
unchecked.close();
await fauna.close();
