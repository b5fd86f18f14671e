import { DEFAULT_CHILD_DATABASE, roleName, toArray } from "../fauna-state";
import type { Setup } from "./setup";
import type { Instructions, Step } from "./step";
import { templateClaims } from "./template-step";

/** Placeholder for an unknown audience. */
const AUDIENCE_PLACEHOLDER = "<the audience of the access provider>";

/** Without an admin key, prints the FQL to run. */
export function manualFaunaStep(setup: Setup): Step {
  return {
    title: "Access provider",
    async inspect() {
      return { state: "manual", instructions: await faunaInstructions(setup) };
    },
  };
}

async function faunaInstructions(setup: Setup): Promise<Instructions> {
  const { endpoint, collections, database } = setup.settings;
  const roles = await Promise.all(
    (await setup.grantedRoles()).map((grant) => setup.desiredRole(roleName(grant))),
  );
  const provider = await setup.desiredProvider();
  const place = endpoint === undefined ? "your Fauna server" : endpoint;
  return {
    where: `Fauna: with an admin key, send this FQL to ${place} (POST /query/1), line by line`,
    lines: [
      `Database.create({ name: ${toFql(database ?? DEFAULT_CHILD_DATABASE)} })  ` +
        "// only with a key of the root, which accepts no tokens; run the rest in the child",
      ...collections.map((name) => `Collection.create({ name: ${toFql(name)} })`),
      ...roles.map(
        ({ name, privileges }) =>
          `Role.create(${toFql({ name, privileges: toArray(privileges) })})`,
      ),
      `AccessProvider.create(${toFql(provider)}).audience  // the aud of the JWT template`,
      `Or set FAUNA_ADMIN_KEY${endpoint === undefined ? " and FAUNA_ENDPOINT" : ""}, and run init again.`,
    ],
  };
}

/** Without a secret key, prints what to enter in Clerk's dashboard. */
export function manualClerkStep(setup: Setup): Step {
  return {
    title: `JWT template ${setup.settings.template}`,
    inspect: () => Promise.resolve({ state: "manual", instructions: clerkInstructions(setup) }),
  };
}

function clerkInstructions(setup: Setup): Instructions {
  const { template, lifetime = 60 } = setup.settings;
  const claims = templateClaims(setup, setup.audience ?? AUDIENCE_PLACEHOLDER);
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

/** Renders a value as FQL, on one line. */
function toFql(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toFql).join(", ")}]`;
  if (typeof value !== "object" || value === null)
    return JSON.stringify(value).replaceAll("#{", "\\#{");
  const fields = Object.entries(value).map(([name, field]) => `${name}: ${toFql(field)}`);
  return `{ ${fields.join(", ")} }`;
}
