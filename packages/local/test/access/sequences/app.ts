import fc from "fast-check";

/** What an app is made of at random: every list may grow, for the model evaluates what it is given. */

const SUB = "Query.token()!.sub";

/** Predicates over a note, by what they look at. */
const OF_NOTE = [
  `d => d.owner == ${SUB}`,
  `d => d.public == true || d.owner == ${SUB}`,
  `d => d.n > 2`,
  `d => d.n == null`,
  `d => d.members.includes(${SUB})`,
  `d => d.members?.includes(${SUB}) ?? false`,
  `d => d.parent?.owner == ${SUB}`,
  `d => d.parent!.owner == ${SUB}`,
  `d => Member.where(.user == ${SUB}).any(m => m.org == d.org)`,
  `d => !Member.byUser(${SUB}).isEmpty()`,
  `d => 3 > Note.byOwner(${SUB}).count()`,
  `d => Query.token()!.role == "admin"`,
  `d => Query.token()?.org == d.org`,
  `d => Query.identity() == null`,
  `d => Query.identity() == d.author`,
  `d => d.author?.name == ${SUB}`,
  `d => isOwner(d)`,
  `d => d.exists()`,
  `d => d.id == "3"`,
  `d => d.a.b`,
  `d => d.twice > 4`,
  `d => d.update({ n: 1 }).n == 1`,
  `d => 1`,
  `d => null`,
  `d => true`,
];

const OF_CHANGE = [
  `(a, b) => a.owner == ${SUB}`,
  `(a, b) => a.owner == b.owner`,
  `(a, b) => a.ts == b.ts`,
  `(a, b) => b.n > a.n`,
  `(a, b) => b.owner == ${SUB}`,
  `(a, b) => Note.byId(b.id)!.n == a.n`,
  `(a, b) => b.parent?.owner == ${SUB}`,
  `(a, b) => b.exists()`,
  `(a, b) => b.twice == null`,
];

const OF_CLAIMS = [
  `jwt => jwt.sub != "eve"`,
  `jwt => jwt.role == "admin"`,
  `jwt => User.byName(jwt.sub).first()!.level > 1`,
  `jwt => Note.byOwner(jwt.sub).count() > 0`,
  `jwt => jwt.a.b`,
];

const OF_USER = [
  `u => u.level > 1`,
  `u => u.name != "bob"`,
  `u => Note.byOwner(u.name).count() > 0`,
];
const OF_CALL = [`i => i == "1"`, `i => Note.byId(i)!.owner == ${SUB}`];

const some = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const text = (value: string): string => JSON.stringify(value);
/** Yes more often than no, and predicates most often. */
const right = (predicates: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant("true") },
    { weight: 1, arbitrary: fc.constant("false") },
    { weight: 6, arbitrary: some(...predicates).map(text) },
  );

const rights = fc.record(
  {
    read: right(OF_NOTE),
    history_read: right(OF_NOTE),
    create: right(OF_NOTE),
    create_with_id: right(OF_NOTE),
    write: right(OF_CHANGE),
    delete: right(OF_NOTE),
  },
  { requiredKeys: [] },
);
const actions = (given: object): string =>
  Object.entries(given)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(", ");

/** The privileges of a role. */
export const privileges: fc.Arbitrary<string> = fc
  .record({
    note: rights,
    user: fc.option(
      some("true", text(`u => u == Query.identity()`), text(`u => u.name == ${SUB}`)),
    ),
    member: fc.option(some("true", text(`m => m.user == ${SUB}`))),
    calls: fc.dictionary(some("count", "give", "bump", "mine", "isOwner"), right(OF_CALL), {
      maxKeys: 4,
    }),
  })
  .map(({ note, user, member, calls }) => {
    const list = [`{ resource: "Note", actions: { ${actions(note)} } }`];
    if (user !== null) list.push(`{ resource: "User", actions: { read: ${user} } }`);
    if (member !== null) list.push(`{ resource: "Member", actions: { read: ${member} } }`);
    for (const [name, call] of Object.entries(calls))
      list.push(
        `{ resource: "${name}", actions: { call: ${name === "give" || name === "bump" ? call : call.startsWith('"') ? "true" : call} } }`,
      );
    return `[${list.join(", ")}]`;
  });

export const ROLES = ["r0", "r1", "r2"];
const roleOf = some(...ROLES, "server", "server-readonly", "admin");

const functions = fc
  .record({
    count: fc.option(roleOf),
    give: fc.option(roleOf),
    bump: fc.option(roleOf),
    mine: fc.option(roleOf),
  })
  .map((roles) => {
    const bodies: Record<string, string> = {
      count: "() => Note.all().count()",
      give: "i => Note.byId(i)",
      bump: "i => Note.byId(i)!.update({ n: 60 }).n",
      mine: `() => Note.byOwner(Query.token()?.sub).where(d => d.n != 5)`,
    };
    return Object.entries(roles).map(
      ([name, role]) =>
        `Function.create({ name: "${name}", body: ${text(bodies[name]!)}${role === null ? "" : `, role: "${role}"`} })`,
    );
  });

const granted = fc
  .tuple(
    ...ROLES.map((role) =>
      fc.option(
        fc
          .option(some(...OF_CLAIMS))
          .map((predicate) =>
            predicate === null ? `"${role}"` : `{ role: "${role}", predicate: ${text(predicate)} }`,
          ),
      ),
    ),
  )
  .map((roles) => roles.filter((role) => role !== null));

const check = some(
  null,
  null,
  null,
  "d => d.n == null || d.n >= 0",
  "_ => true",
  "d => Note.all().count() > 0",
  "d => d.parent?.n != 5",
);

const owner = some(`"alice"`, `"bob"`, `"eve"`, "null");
/** The fields of a note, some of them. */
export const fields: fc.Arbitrary<string> = fc
  .record(
    {
      owner,
      n: some("0", "1", "2", "3", "4", "5", "6", "-1", "null"),
      public: some("true", "false"),
      members: some("[]", `["alice"]`, `["alice", "bob"]`, `"alice"`),
      org: some(`"o1"`, `"o2"`),
      parent: some(`Note("1")`, `Note("2")`, `Note("9")`),
      author: some(`User("1")`, `User("2")`),
    },
    { requiredKeys: [] },
  )
  .map((given) =>
    Object.entries(given)
      .map(([name, value]) => `${name}: ${value}`)
      .join(", "),
  );

/** The queries of its admin that make an app. */
export const app: fc.Arbitrary<string[][]> = fc
  .record({
    check,
    computed: some("d => d.n * 2", "d => d.parent?.n", "d => d.author?.name"),
    keeps: some("0", "1"),
    roles: fc.tuple(privileges, privileges, privileges),
    members: fc.tuple(...ROLES.map(() => fc.option(fc.option(some(...OF_USER))))),
    functions,
    granted,
    notes: fc.array(fields, { minLength: 2, maxLength: 5 }),
    key: some(...ROLES),
    /** Passwords take as long as all else together. */
    logsIn: fc.integer({ min: 0, max: 5 }).map((number) => number === 5),
    readonly: some("server", "server-readonly", "client"),
  })
  .map((made) => {
    const membership = (place: number): string => {
      const member = made.members[place];
      if (member === null || member === undefined) return "";
      return `, membership: [{ resource: "User"${member === null ? "" : `, predicate: ${text(member)}`} }]`;
    };
    const constraints =
      made.check === null
        ? ""
        : `, constraints: [{ check: { name: "good", body: ${text(made.check)} } }]`;
    return [
      [
        `Collection.create({ name: "User", indexes: { byName: { terms: [{ field: ".name" }] } } })`,
        `Collection.create({ name: "Member", indexes: { byUser: { terms: [{ field: ".user" }] } } })`,
        `Collection.create({ name: "Note", history_days: ${made.keeps}${constraints}, computed_fields: { twice: { body: ${text(made.computed)} } }, indexes: { byOwner: { terms: [{ field: ".owner" }], values: [{ field: ".n" }] }, byMember: { terms: [{ field: ".members", mva: true }] }, sorted: { values: [{ field: ".n", order: "desc" }] } } })`,
        ...ROLES.map((role) => `Role.create({ name: "${role}", privileges: [] })`),
      ],
      [
        `Function.create({ name: "isOwner", body: "d => d.owner == Query.token()?.sub" })`,
        ...made.functions,
      ],
      [
        ...["alice", "bob", "eve"].map(
          (name, i) => `User.create({ id: "${i + 1}", name: "${name}", level: ${i + 1} })`,
        ),
        `Member.create({ id: "1", user: "alice", org: "o1" })`,
        `Member.create({ id: "2", user: "bob", org: "o2" })`,
        ...made.notes.map(
          (note, i) => `Note.create({ id: "${i + 1}", ${note.replace(/n: -1/, "n: 1")} })`,
        ),
      ],
      [
        ...made.roles.map(
          (role, i) => `Role.byName("r${i}")!.update({ privileges: ${role}${membership(i)} })`,
        ),
        `AccessProvider.create({ name: "Clerk", issuer: "\${issuer}", jwks_uri: "\${jwks}", roles: [${made.granted.join(", ")}] })`,
        ...(made.logsIn ? [`Credential.create({ document: User("1"), password: "pw" })`] : []),
      ],
      [
        `Key.create({ role: "admin" })`,
        `Key.create({ role: "${made.key}" })`,
        `Key.create({ role: "${made.readonly}" })`,
        `Token.create({ document: User("2") })`,
        made.logsIn
          ? `Credential.byDocument(User("1"))!.login("pw")`
          : `Token.create({ document: User("1") })`,
      ],
    ];
  });
