import type { LocalClerkUserInput } from "./users";

const engine = { id: "org_engine", name: "Analytical Engine", slug: "engine" };
const navy = { id: "org_navy", name: "Navy Computing", slug: "navy" };

/** The users of a local Clerk that was started without any: with two, one and no organization. */
export const demoUsers: readonly LocalClerkUserInput[] = [
  {
    id: "user_ada",
    firstName: "Ada",
    lastName: "Lovelace",
    email: "ada@example.test",
    password: "ada",
    publicMetadata: { plan: "pro", role: "lead" },
    organizations: [
      { ...engine, role: "org:admin" },
      { ...navy, role: "org:member" },
    ],
  },
  {
    id: "user_grace",
    firstName: "Grace",
    lastName: "Hopper",
    email: "grace@example.test",
    password: "grace",
    organizations: [{ ...navy, role: "org:admin" }],
  },
  {
    id: "user_alan",
    firstName: "Alan",
    lastName: "Turing",
    email: "alan@example.test",
    password: "alan",
  },
];
