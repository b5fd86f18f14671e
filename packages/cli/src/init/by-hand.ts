import type { Instructions, Step } from "./plan";
import { templateClaims } from "./template-claims";
import { DEFAULT_CHILD, listed, roleName } from "../fauna-state";
import type { Goal } from "./goal";

/** What stands in for the audience while nobody knows it. */
const AUDIENCE = "<the audience of the access provider>";

/** Without an admin key: the FQL to run. */
export function faunaByHand(goal: Goal): Step {
  return {
    title: "Access provider",
    async inspect() {
      return { state: "manual", instructions: await faunaInstructions(goal) };
    },
  };
}

async function faunaInstructions(goal: Goal): Promise<Instructions> {
  const { endpoint, collections, database } = goal.settings;
  const roles = await Promise.all((await goal.grants()).map((grant) => goal.role(roleName(grant))));
  const provider = await goal.provider();
  const place = endpoint === undefined ? "your Fauna server" : endpoint;
  return {
    where: `Fauna: with an admin key, send this FQL to ${place} (POST /query/1), line by line`,
    lines: [
      `Database.create({ name: ${fql(database ?? DEFAULT_CHILD)} })  ` +
        "// only if the key is that of the root, which takes no tokens; the rest below it",
      ...collections.map((name) => `Collection.create({ name: ${fql(name)} })`),
      ...roles.map(
        ({ name, privileges }) => `Role.create(${fql({ name, privileges: listed(privileges) })})`,
      ),
      `AccessProvider.create(${fql(provider)}).audience  // the aud of the JWT template`,
      `Or set FAUNA_ADMIN_KEY${endpoint === undefined ? " and FAUNA_ENDPOINT" : ""}, and run init again.`,
    ],
  };
}

/** Without a secret key: what to enter in Clerk's dashboard. */
export function clerkByHand(goal: Goal): Step {
  return {
    title: `JWT template ${goal.settings.template}`,
    inspect: () => Promise.resolve({ state: "manual", instructions: clerkInstructions(goal) }),
  };
}

function clerkInstructions(goal: Goal): Instructions {
  const { template, lifetime = 60 } = goal.settings;
  const claims = templateClaims(goal, goal.audience ?? AUDIENCE);
  return {
    where:
      "Clerk Dashboard, Configure, Sessions, JWT templates " +
      "(https://dashboard.clerk.com/last-active?path=jwt-templates): Add new template, Blank",
    lines: [
      `Name: ${template}`,
      `Token lifetime: ${lifetime}`,
      "Custom signing key: off",
      `Claims: ${JSON.stringify(claims)}`,
      "Or set CLERK_SECRET_KEY, and run init again.",
    ],
  };
}

/** A value as FQL, on one line. */
function fql(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(fql).join(", ")}]`;
  if (typeof value !== "object" || value === null)
    return JSON.stringify(value).replaceAll("#{", "\\#{");
  const fields = Object.entries(value).map(([name, field]) => `${name}: ${fql(field)}`);
  return `{ ${fields.join(", ")} }`;
}
