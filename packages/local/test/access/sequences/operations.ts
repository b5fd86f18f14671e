import fc from "fast-check";
import type { Step } from "../model/replay";
import { fields, privileges, ROLES } from "./app";

const some = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

/** Who asks: JWTs with several claims, keys, tokens of documents, secrets narrowed to a role. */
const CALLERS: readonly NonNullable<Step["as"]>[] = [
  { secret: "${alice}" },
  { secret: "${bob}" },
  { secret: "${eve}" },
  { secret: "${nobody}" },
  { secret: "${key}" },
  { secret: "${builtin}" },
  { secret: "${token}" },
  { secret: "${login}" },
  { secret: "${root}:@role/r1" },
  { secret: "${root}:@doc/User/3" },
  "admin",
];
export const CLAIMS: Readonly<Record<string, object>> = {
  alice: { sub: "alice", org: "o1" },
  bob: { sub: "bob", org: "o2", role: "admin" },
  eve: { sub: "eve" },
  nobody: {},
};

const caller = fc.oneof(
  { weight: 5, arbitrary: some(...CALLERS.slice(0, 3)) },
  { weight: 4, arbitrary: some(...CALLERS) },
);

const id = some("1", "1", "2", "2", "3", "4", "5", "9");
/** A note, found in several ways. */
const note = fc.oneof(
  id.map((text) => `Note.byId("${text}")`),
  id.map((text) => `Note("${text}")`),
  some(
    "Note.all().first()",
    `Note.byOwner("alice").first()`,
    "Note.sorted().last()",
    `give("1")`,
    `give("2")`,
  ),
  id.map((text) => `Note.byId("${text}")?.parent`),
);
const mark = some("", "!", "!", "?");

const set = fc
  .tuple(
    some(
      "Note.all()",
      "Note.all()",
      `Note.byOwner("alice")`,
      `Note.byOwner(Query.token()?.sub)`,
      `Note.byMember("bob")`,
      "Note.sorted()",
      "Note.sorted({ from: 4, to: 2 })",
      "Note.where(.n > 1)",
      `Note.where(d => d.parent?.owner == "alice")`,
      "User.all()",
      "Member.all()",
      "Token.all()",
      "mine()",
    ),
    fc.array(
      some(
        ".where(.n > 1)",
        ".reverse()",
        ".take(2)",
        ".drop(1)",
        ".order(.n)",
        ".order(desc(.owner), .id)",
      ),
      { maxLength: 2 },
    ),
    some(
      ".map(.id)",
      ".map(.n)",
      ".count()",
      ".first()",
      "",
      " { id, owner, p: .parent?.n }",
      ".paginate(2).data.map(.id)",
      ".any(.n == 2)",
      ".toArray().map(.twice)",
      '.includes(Note("1"))',
    ),
  )
  .map((parts) => parts.flat().join(""))
  // What is turned twice is another matter.
  .filter((text) => text.split(".reverse()").length < 3);

const read = fc.oneof(
  set,
  fc
    .tuple(
      note,
      mark,
      some(
        ".n",
        ".owner",
        ".id",
        ".twice",
        ".parent",
        ".parent.n",
        ".exists()",
        " { n, owner }",
        " == null",
        ".author.name",
        "",
      ),
    )
    .map(
      ([which, sign, what]) => which + (sign === "?" && !what.startsWith(".") ? "" : sign) + what,
    ),
  some(
    `count()`,
    `mine().count()`,
    'isOwner(Note("1"))',
    `bump("1")`,
    `give("3")`,
    "Query.identity()",
    "Query.token()?.sub",
    "[Note.all().count(), User.all().count()]",
    "Note.definition == null",
    'User("1")!.name',
  ),
);

const data = fields.map((text) => `{ ${text} }`);
const write = fc.oneof(
  fc
    .tuple(fc.option(some("1", "3", "4", "5", "6")), fields)
    .map(([own, given]) => `Note.create({ ${own === null ? "" : `id: "${own}", `}${given} })`),
  fc
    .tuple(
      note,
      some("", "!", "!", "!", "?"),
      some("update", "update", "replace", "updateData"),
      data,
    )
    .map(([which, sign, how, given]) => `${which}${sign}.${how}(${given})`),
  fc.tuple(note, some("", "!", "!", "?")).map(([which, sign]) => `${which}${sign}.delete()`),
);
const written = fc
  .tuple(write, some("", "", ".n", ".exists()", " { n, owner }"))
  .map((parts) => parts.join(""));

/** One after another, in one transaction. */
const several = fc
  .array(fc.oneof(write, read), { minLength: 2, maxLength: 3 })
  .map((texts) => texts.join("\n"));
const after = fc
  .tuple(note, data, some(".n", ".owner", ".exists()", "?.n", ""))
  .map(([which, given, what]) => `let d = ${which}!\nd.update(${given})\nd${what}`);
const deleted = fc
  .tuple(
    note,
    some("d.n", "d.exists()", "d?.n", "d == null", "Note.all().count()", 'Note.byId("1")'),
  )
  .map(([which, what]) => `let d = ${which}!\nd.delete()\n${what}`);
const inPast = fc
  .tuple(some("${t0}", "${t1}"), read)
  .map(([time, text]) => `at (Time('${time}')) { ${text} }`);
/** What is made now and read in the past, or the other way round. */
const betweenTimes = fc
  .tuple(
    some("${t0}", "${t1}"),
    some<readonly [made: string, read: string]>(
      ["Note.all()", "s.map(.n).toArray()"],
      ['Note.byOwner("alice")', "s.where(.n > 1).map(.id).toArray()"],
      [`Note("1")`, "s?.n"],
      [`Note("2")!`, "[s.n, s.parent?.n]"],
      [`Note("1")!`, "s.exists()"],
      ["(i) => Note(i)?.n", `[s("1"), s("2")]`],
    ),
    fc.boolean(),
    some("", "", ".update({ n: 7 }).n", ".delete()", '.replace({ owner: "bob" })'),
  )
  .map(([time, [made, read], isPast, write]) => {
    const then = `at (Time('${time}'))`;
    if (!isPast) return `let s = ${made}\n${then} { ${read} }`;
    const writes = made.startsWith("Note(") && write !== "";
    return `let s = ${then} { ${made} }\n${writes ? `s${write}` : read}`;
  });
const now = fc
  .tuple(some("Time.now()", "TransactionTime()"), read)
  .map(([time, text]) => `at (${time}) { ${text} }`);

const asked = fc.oneof(
  { weight: 5, arbitrary: read },
  { weight: 5, arbitrary: written },
  { weight: 2, arbitrary: several },
  { weight: 1, arbitrary: after },
  { weight: 1, arbitrary: deleted },
  { weight: 2, arbitrary: inPast },
  { weight: 1, arbitrary: now },
  { weight: 1, arbitrary: betweenTimes },
);

/** What the admin does meanwhile: notes are handed over and deleted, rights change. */
const change = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        id.filter((text) => text !== "9"),
        data,
      )
      .map(([which, given]) => `Note("${which}")?.update(${given})`),
  },
  { weight: 2, arbitrary: id.map((text) => `Note("${text}")?.delete()`) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(some("3", "4", "5", "6"), fields)
      .map(
        ([own, given]) => `if (!Note("${own}").exists()) Note.create({ id: "${own}", ${given} })`,
      ),
  },
  {
    weight: 1,
    arbitrary: some(
      `Member("1")?.delete()`,
      `Member("1")?.update({ org: "o2" })`,
      `Member("2")?.update({ user: "alice" })`,
      `User("1")?.update({ name: "ann" })`,
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(some(...ROLES), privileges)
      .map(([role, list]) => `Role.byName("${role}")!.update({ privileges: ${list} })`),
  },
);
const changes = fc.array(change, { minLength: 1, maxLength: 3 }).map((texts) => texts.join("\n"));

const source = fc
  .tuple(
    some(
      "Note.all()",
      "Note.all()",
      "Note.where(.n > 1)",
      'Note.where(d => d.parent?.owner == "alice")',
      `Note.byOwner("alice")`,
      `Note.byMember("alice")`,
      "Note.sorted()",
      `Set.single(Note.byId("1"))`,
      "Note.all().map(d => { id: d.id, n: d.n })",
      "(Note.all() { n, parent { n } })",
      `Note.where(.owner == Query.token()!.sub)`,
      "Note.all().map(.twice)",
      "Note.all().where(d => d.x.y)",
    ),
    some(".eventSource()", ".eventSource()", ".eventSource()", ".eventSource().where(.n > 1)"),
  )
  .map((parts) => parts.join(""));
const watching = some(
  "Note.all().eventsOn(.owner)",
  "Note.all().eventsOn(.n, .org)",
  `Note.byOwner("alice").eventsOn(.n)`,
  `Set.single(Note.byId("1")).eventsOn(.n)`,
  "Note.all().eventsOn(.parent)",
);

const query = (as: NonNullable<Step["as"]>, text: string): Step => ({ as, q: text });

/** A source, changes, and what its readers are told: by a feed in pages, by a stream that is open or replays. */
const following = fc
  .record({
    maker: caller,
    reader: caller,
    made: fc.oneof({ weight: 4, arbitrary: source }, { weight: 1, arbitrary: watching }),
    before: fc.array(changes, { maxLength: 3 }),
    during: fc.array(changes, { minLength: 1, maxLength: 4 }),
    pageSize: some(1, 2, 100),
  })
  .map(({ maker, reader, made, before, during, pageSize }): Step[] => {
    const admin = (text: string): Step => query("admin", text);
    return [
      { ...query(maker, made), capture: { source: "data.@stream" } },
      ...before.map(admin),
      { as: reader, stream: { token: "${source}" }, during: during.map(admin), take: Infinity },
      {
        as: reader,
        path: "/feed/1",
        body: { token: "${source}", page_size: pageSize },
        capture: { cursor: "cursor" },
      },
      {
        as: reader,
        path: "/feed/1",
        body: { token: "${source}", page_size: pageSize, cursor: "${cursor}" },
      },
      { as: maker, path: "/feed/1", body: { token: "${source}", page_size: 100 } },
    ];
  });

const asking = fc.tuple(caller, asked).map(([as, text]): Step[] => [query(as, text)]);
const changing = changes.map((text): Step[] => [query("admin", text)]);

export const operations: fc.Arbitrary<Step[]> = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: asking },
      { weight: 2, arbitrary: changing },
      { weight: 1, arbitrary: following },
    ),
    { minLength: 3, maxLength: 14 },
  )
  .map((groups) => groups.flat());
