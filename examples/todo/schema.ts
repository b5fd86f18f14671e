/** What the database needs, as FQL; the stand-in takes it as it is, a real Fauna through its shell. */

// Without the first condition a token without `sub` would own every todo without `owner`.
const own = (todo: string): string =>
  `Query.token()?.sub != null && ${todo}.owner == Query.token()!.sub && ${todo}.org == Query.token()!.org`;

export const collections = `
  Collection.create({
    name: "Todo",
    indexes: { newest: { values: [{ field: ".createdAt", order: "desc" }] } },
  })
`;

export const roles = [
  // Everyone sees and changes their own todos of the organization that is active in Clerk.
  {
    name: "user",
    privileges: [
      {
        resource: "Todo",
        actions: {
          create: `todo => ${own("todo")}`,
          // The app chooses the ids of todos.
          create_with_id: `todo => ${own("todo")}`,
          read: `todo => ${own("todo")}`,
          write: `(before, after) => ${own("before")} && ${own("after")}`,
          delete: `todo => ${own("todo")}`,
        },
      },
    ],
  },
  // Whoever has the role "lead" in Clerk's public metadata sees all todos of an organization.
  {
    name: "lead",
    privileges: [
      {
        resource: "Todo",
        actions: { read: `todo => todo.org == Query.token()!.org && todo.org != "personal"` },
      },
    ],
  },
];

/** Which of them a token gets, by its claims. */
export const rolesOfTokens = ["user", { role: "lead", predicate: `token => token.role == "lead"` }];

/** The claims of the JWT template "fauna" in Clerk. */
export const claims = (audience: string): Record<string, string> => ({
  aud: audience,
  org: "{{org.id || 'personal'}}",
  name: "{{user.full_name}}",
  email: "{{user.primary_email_address}}",
  role: "{{user.public_metadata.role || 'member'}}",
});

/** Something to look at on the first start. */
export const firstTodos = `
  let todos = [
    { owner: "user_ada", org: "personal", title: "Sketch the note on Bernoulli numbers", done: true },
    { owner: "user_ada", org: "personal", title: "Write to Mr Babbage", done: false },
    { owner: "user_ada", org: "personal", title: "Reserve a loom for Thursday", done: false },
    { owner: "user_ada", org: "org_engine", title: "Order more brass gears", done: false },
    { owner: "user_ada", org: "org_navy", title: "Review the tide tables", done: false },
    { owner: "user_grace", org: "personal", title: "Tape the moth into the logbook", done: true },
    { owner: "user_grace", org: "org_navy", title: "Explain nanoseconds with wire", done: false },
  ]
  todos.forEach(todo => Todo.create(Object.assign(todo, { createdAt: Time.now() })))
  // Enough to turn pages: with the moth a thousand.
  Set.sequence(1, 1000).forEach(page => Todo.create({
    owner: "user_grace", org: "personal", title: "Check page #{page} of the tape", done: page % 3 == 0,
    createdAt: Time.now().subtract(page, "minutes")
  }))
`;
