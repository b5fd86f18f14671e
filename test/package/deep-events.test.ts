import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "../support/ask";

// What judges and shows events calls functions as deep as on the server, which was asked for the most
// calls of each. Beyond some 400 that takes a second thread, which only the build has: see deep-queries.test.ts.

const OVERFLOW = {
  code: "stack_overflow",
  message: "number of stack frames exceeded limit of 2048",
};

let fauna: LocalFauna;
let reader: string;
beforeAll(async () => {
  fauna = await startLocalFauna({
    seed: [
      `Function.create({ name: "rec", signature: "(n: Any) => Any", body: "n => if (n == 0) true else rec(n - 1)" })`,
      `Collection.create({ name: "Note", fields: { n: { signature: "Any" } }, wildcard: "Any" })`,
      `Collection.create({
        name: "Computed",
        fields: { n: { signature: "Any" } },
        computed_fields: { deep: { body: "d => rec(d.n)", signature: "Any" } }
      })`,
    ],
    roles: [
      { name: "reader", privileges: [{ resource: "Note", actions: { read: "d => rec(d.n)" } }] },
    ],
  });
  reader = await dataOf(`Key.create({ role: "reader" }).secret`);
});
afterAll(() => fauna.close());

async function dataOf(query: string, secret = fauna.secret): Promise<any> {
  const { data, summary } = await ask(fauna, secret, query);
  if (data === undefined) throw new Error(String(summary).slice(0, 1_000));
  return data;
}

const make = (coll: string, n: number): Promise<string> => dataOf(`${coll}.create({ n: ${n} }).id`);

const post = (
  path: string,
  body: unknown,
  secret: string,
  signal?: AbortSignal,
): Promise<Response> =>
  fetch(fauna.url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}` },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });

interface Event {
  readonly type: string;
  readonly data?: any;
  readonly error?: object;
}
/** What an event tells: of a document how deep its field goes, of an error the error. */
const told = ({ type, data, error }: Event): unknown => {
  const n = data?.["@doc"]?.n?.["@int"];
  return error ?? (type === "status" ? type : `${type} ${n ?? JSON.stringify(data)}`);
};

interface Page {
  readonly events: Event[];
  readonly cursor: string;
  readonly has_next: boolean;
}
async function feed(secret: string, token: string, cursor?: string): Promise<Page> {
  const body = cursor === undefined ? { token } : { token, cursor };
  return (await (await post("/feed/1", body, secret)).json()) as Page;
}

/** The first events of a stream, as many as asked for or until it ends; `meanwhile` once it is open. */
async function stream(
  secret: string,
  token: string,
  count: number,
  meanwhile?: () => Promise<unknown>,
): Promise<unknown[]> {
  const controller = new AbortController();
  const { body } = await post("/stream/1", { token }, secret, controller.signal);
  const events: unknown[] = [];
  let text = "";
  let written: Promise<unknown> | undefined;
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    const lines = (text + chunk).split("\n");
    text = lines.pop()!;
    for (const line of lines) events.push(told(JSON.parse(line) as Event));
    written ??= meanwhile?.();
    if (events.length >= count) break;
  }
  await written;
  controller.abort();
  return events;
}

interface Source {
  readonly what: string;
  readonly secret: () => string;
  readonly coll: string;
  readonly query: string;
  readonly most: number;
  /** How it tells of a new document. */
  readonly shown: (n: number) => string;
}
const admin = (): string => fauna.secret;
const shown = (n: number): string => `add ${n}`;
const SOURCES: readonly Source[] = [
  {
    what: "a filter",
    secret: admin,
    coll: "Note",
    query: "Note.where(d => rec(d.n)).eventSource()",
    most: 2048,
    shown,
  },
  {
    what: "a mapping",
    secret: admin,
    coll: "Note",
    query: "Note.all().map(d => rec(d.n)).eventSource()",
    most: 2048,
    shown: () => "add true",
  },
  {
    what: "a computed field",
    secret: admin,
    coll: "Computed",
    query: "Computed.all().eventSource()",
    most: 2048,
    shown,
  },
  {
    what: "a filter by a computed field",
    secret: admin,
    coll: "Computed",
    query: "Computed.where(.deep == true).eventSource()",
    most: 2047,
    shown,
  },
];
const HIDING: readonly Source[] = [
  {
    what: "a predicate of a role",
    secret: () => reader,
    coll: "Note",
    query: "Note.all().eventSource()",
    most: 2048,
    shown,
  },
  {
    what: "a watched field",
    secret: admin,
    coll: "Computed",
    query: "Computed.all().eventsOn(.deep)",
    most: 2048,
    shown,
  },
];

describe.each([...SOURCES, ...HIDING])("$what", ({ secret, coll, query, most, shown }) => {
  test("calls as deep in a feed as on the server", async () => {
    const token = await dataOf(query, secret());
    for (const n of [600, 1, most]) await make(coll, n);
    const { events, has_next } = await feed(secret(), token);
    expect(events.map(told)).toEqual([shown(600), shown(1), shown(most)]);
    expect(has_next).toBe(false);
  });

  test("calls as deep in a stream as on the server, and events keep their order", async () => {
    const token = await dataOf(query, secret());
    for (const n of [600, 1]) await make(coll, n);
    const write = async (): Promise<void> => {
      for (const n of [most, 2]) await make(coll, n);
    };
    const events = await stream(secret(), token, 5, write);
    expect(events).toEqual(["status", shown(600), shown(1), shown(most), shown(2)]);
  });
});

describe.each(SOURCES)("$what that calls one deeper", ({ secret, coll, query, most, shown }) => {
  test("ends a feed's page with an error, and the next one goes on", async () => {
    const token = await dataOf(query, secret());
    for (const n of [1, most + 1, 2]) await make(coll, n);
    const first = await feed(secret(), token);
    expect([first.events.map(told), first.has_next]).toEqual([[shown(1), OVERFLOW], true]);
    const { events } = await feed(secret(), token, first.cursor);
    expect(events.map(told)).toEqual([shown(2)]);
  });

  test("ends a stream with an error, from its start and later", async () => {
    const token = await dataOf(query, secret());
    const write = async (): Promise<void> => {
      for (const n of [1, most + 1, 2]) await make(coll, n);
    };
    const later = await stream(secret(), token, Infinity, write);
    expect(later).toEqual(["status", shown(1), OVERFLOW]);
    expect(await stream(secret(), token, Infinity)).toEqual(later);
  });
});

describe.each(HIDING)("$what that calls one deeper", ({ secret, coll, query, most, shown }) => {
  test("hides the event in a feed and in a stream", async () => {
    const token = await dataOf(query, secret());
    const write = async (): Promise<void> => {
      for (const n of [1, most + 1, 2]) await make(coll, n);
    };
    const seen = ["status", shown(1), shown(2)];
    expect(await stream(secret(), token, 3, write)).toEqual(seen);
    expect(await stream(secret(), token, 3)).toEqual(seen);
    const { events } = await feed(secret(), token);
    expect(events.map(told)).toEqual(seen.slice(1));
  });
});

test("a document is followed alone as deep as it can be judged", async () => {
  const id = await make("Note", 2_048);
  const query = `Set.single(Note.byId("${id}")!).eventSource()`;
  const token = await dataOf(query);
  await dataOf(`Note.byId("${id}")!.update({ more: 1 })`);
  expect((await feed(reader, token)).events.map(told)).toEqual(["update 2048"]);
  await dataOf(`Note.byId("${id}")!.update({ n: 2049 })`);
  const refused = await post("/feed/1", { token }, reader);
  expect([refused.status, await refused.json()]).toMatchObject([
    400,
    { error: { message: expect.stringContaining("Insufficient privileges") } },
  ]);
});
