import { describe, expect, onTestFinished, test } from "vitest";
import { refusals } from "../../../../src/auth/unauthorized-reasons";
import { type LocalClerk, startLocalClerk } from "@fauna-clerk/local";
import {
  type DoctorWorld,
  ROLE,
  serveKeys,
  signWithOwnKey,
  startDoctorWorld,
  tamper,
} from "../support/doctor-world";

interface Result {
  name: string;
  status: string;
  message: string;
  fix?: string;
}

/** The texts of a problem and of its fix before their details. */
const problemOf = (code: keyof typeof refusals): string => refusals[code].problem.split("%")[0]!;
const fixOf = (code: keyof typeof refusals): string => refusals[code].fix.split("%")[0]!;
const OTHER_DATABASE = "https://db.fauna.com/db/yother";
const now = (): number => Math.floor(Date.now() / 1000);

async function anotherClerk(): Promise<LocalClerk> {
  const other = await startLocalClerk();
  onTestFinished(() => other.close());
  return other;
}

/** Shows a provider with mistakes that Fauna itself would not accept. */
const showProvider = ({ answer, clerk, fauna: { audience } }: DoctorWorld, change: object): void =>
  answer("AccessProvider.all", {
    collections: ["Todo"],
    roles: [ROLE],
    providers: [
      {
        ...{ name: "Clerk", issuer: clerk.issuer, jwks_uri: clerk.jwksUri, audience },
        ...{ roles: ["user"], ...change },
      },
    ],
  });
const updateProvider = (world: DoctorWorld, fields: string): Promise<void> =>
  world.admin(`AccessProvider.byName("Clerk")!.update({ ${fields} })`);
const setClaims = ({ clerk }: DoctorWorld, claims: Record<string, unknown>): void =>
  clerk.setTemplate("fauna", { claims });
/** Shows a template with mistakes that Clerk itself would not accept. */
const showTemplate = ({ clerk, fauna: { audience: aud } }: DoctorWorld, change: object): void => {
  const template = {
    ...{ object: "jwt_template", id: "jtmp_1", name: "fauna", claims: { aud }, lifetime: 60 },
    ...{ allowed_clock_skew: 5, custom_signing_key: false, signing_algorithm: "RS256", ...change },
  };
  clerk.faults.respond(
    {
      status: 200,
      body: JSON.stringify({ data: [template], total_count: 1 }),
      headers: { "content-type": "application/json" },
    },
    { match: "/v1/jwt_templates", times: Infinity },
  );
};
const preflight = (
  { fauna }: DoctorWorld,
  status: number,
  headers: Record<string, string>,
): unknown =>
  fauna.faults.respond(
    { status, headers },
    { match: ({ method }) => method === "OPTIONS", times: Infinity },
  );
const ping = (
  { fauna }: DoctorWorld,
  status: number,
  headers: Record<string, string>,
  body: unknown = { resource: "Scope write is OK" },
): unknown => fauna.faults.respond({ status, headers, body }, { match: "/ping" });

interface Mistake {
  readonly title: string;
  /** The check that reports it. */
  readonly check: string;
  /** Part of its message. */
  readonly message: string;
  /** Part of its fix. */
  readonly fix: string;
  readonly make: (world: DoctorWorld) => unknown;
  /** @default fail */
  readonly status?: "warn";
  readonly root?: boolean;
}

const clerkMistakes: Mistake[] = [
  {
    title: "malformed publishable key",
    check: "publishable key",
    message: "malformed",
    fix: "Copy all of it",
    make: ({ env }) => (env["VITE_CLERK_PUBLISHABLE_KEY"] = "pk_test_nonsense"),
  },
  {
    title: "publishable key of another instance",
    check: "secret key",
    message: "another instance than the publishable key",
    fix: "from the same instance",
    async make({ env }) {
      env["VITE_CLERK_PUBLISHABLE_KEY"] = (await anotherClerk()).publishableKey;
    },
  },
  {
    title: "secret key of another instance",
    check: "secret key",
    message: "another instance than the publishable key",
    fix: "from the same instance",
    async make({ env }) {
      const other = await anotherClerk();
      Object.assign(env, { CLERK_SECRET_KEY: other.secretKey, CLERK_API_URL: other.url });
    },
  },
  {
    title: "revoked secret key",
    check: "secret key",
    message: "rejected",
    fix: "Copy CLERK_SECRET_KEY",
    make: ({ env }) => (env["CLERK_SECRET_KEY"] = "sk_live_revoked"),
  },
  {
    title: "unreachable JWKS",
    check: "key set",
    message: "/.well-known/jwks.json answered 503",
    fix: fixOf("keys_unreachable"),
    make: ({ clerk }) =>
      clerk.faults.respond({ status: 503 }, { match: /well-known/, times: Infinity }),
  },
  {
    title: "web page instead of a JWKS",
    check: "key set",
    message: 'is not JSON with "keys"',
    fix: "Compare the URL",
    make: ({ clerk }) =>
      clerk.faults.respond({ status: 200, body: "<html>" }, { match: /known/, times: Infinity }),
  },
  {
    title: "EC keys",
    check: "signing keys",
    message: "kty EC",
    fix: "RS256",
    make: ({ clerk }) => serveKeys(clerk, [{ kty: "EC", kid: "ec", crv: "P-256" }]),
  },
  {
    title: "keys without kid",
    check: "signing keys",
    message: "no kid",
    fix: "Give each key of the JWKS a kid",
    make: ({ clerk }) => serveKeys(clerk, [{ kty: "RSA", n: "AQAB", e: "AQAB" }]),
  },
];

const serverMistakes: Mistake[] = [
  {
    title: "dead endpoint",
    check: "endpoint",
    message: "nothing listens there",
    fix: "Start the server",
    make: ({ fauna }) => fauna.close(),
  },
  {
    title: "endpoint of another server",
    check: "endpoint",
    message: "/ping answered 404",
    fix: "Give the URL of a Fauna server",
    make: ({ env, clerk }) => (env["VITE_FAUNA_ENDPOINT"] = clerk.url),
  },
  {
    title: "endpoint without scheme",
    check: "endpoint",
    message: "not an http(s) URL",
    fix: "https://fauna.example.com",
    make: ({ env }) => (env["VITE_FAUNA_ENDPOINT"] = "fauna.example.test"),
  },
  {
    title: "the hosted service",
    check: "endpoint",
    message: "hosted service has closed",
    fix: "your own Fauna server",
    make: ({ env }) => (env["VITE_FAUNA_ENDPOINT"] = "https://db.fauna.com"),
  },
  {
    title: "http to another machine",
    check: "endpoint",
    message: "could read keys and tokens on the way",
    fix: "Use https",
    make: ({ env }) => (env["VITE_FAUNA_ENDPOINT"] = "http://fauna.example.test:8443"),
  },
  {
    title: "https to a server without TLS",
    check: "endpoint",
    message: "does not speak TLS",
    fix: "Put TLS in front of it",
    make: ({ env, fauna }) => (env["VITE_FAUNA_ENDPOINT"] = fauna.url.replace("http", "https")),
  },
  {
    title: "endpoint that redirects",
    check: "endpoint",
    message: "redirects to https://fauna.example.test/ping",
    fix: "Give that URL",
    make: (world) => ping(world, 301, { location: "https://fauna.example.test/ping" }),
  },
  {
    title: "clock ahead",
    check: "clock",
    message: "ahead of this one",
    fix: "NTP",
    make: (world) => ping(world, 200, { date: new Date(Date.now() + 30_000).toUTCString() }),
  },
  {
    title: "clock behind",
    check: "clock",
    message: "behind this one",
    fix: "NTP",
    make: (world) => {
      // Backdate the token: a current one would not be valid yet.
      const date = new Date(Date.now() - 300_000).toUTCString();
      ping(world, 200, { date });
      return signWithOwnKey(world, { claims: { nbf: now() - 600 } });
    },
  },
  {
    title: "CORS without this origin",
    check: "cors",
    message: "https://app.example.test is not allowed",
    fix: "Fauna itself allows every origin",
    make: (world) =>
      preflight(world, 200, { "access-control-allow-origin": "https://other.example.test" }),
  },
  {
    title: "CORS without Fauna's headers",
    check: "cors",
    message: "Not allowed: x-driver-env, x-format, x-last-txn-ts",
    fix: "Fauna itself allows these headers",
    make: (world) =>
      preflight(world, 204, { "access-control-allow-headers": "Content-Type, Authorization" }),
  },
  {
    title: "CORS with *, which does not include authorization",
    check: "cors",
    message: "Not allowed: authorization",
    fix: "Fauna itself allows these headers",
    make: (world) => preflight(world, 204, { "access-control-allow-headers": "*" }),
  },
  {
    title: "preflight that requires authorization",
    check: "cors",
    message: "was answered 401",
    fix: "Make the proxy",
    make: (world) => preflight(world, 401, {}),
  },
  {
    title: "origin with a path",
    check: "cors",
    message: "https://app.example.test/ is not an origin",
    fix: "no path, no slash",
    make: ({ args }) => (args[1] += "/"),
  },
];

const providerMistakes: Mistake[] = [
  {
    title: "admin key of another server",
    check: "admin key",
    message: "rejected the admin key",
    fix: "Set FAUNA_ADMIN_KEY",
    make: ({ env }) => (env["FAUNA_ADMIN_KEY"] = "fnAdminKeyOfAnother"),
  },
  {
    title: "key without the role admin",
    check: "admin key",
    message: "Insufficient privileges",
    fix: "a key with the role admin",
    async make({ admin, env }) {
      const { secret } = await admin<{ secret: string }>(`Key.create({ role: "server" })`);
      env["FAUNA_ADMIN_KEY"] = secret;
    },
  },
  {
    title: "no access provider",
    check: "access provider",
    message: "The database has no access provider",
    fix: "Run fauna-clerk init",
    make: ({ admin }) => admin(`AccessProvider.byName("Clerk")!.delete()`),
  },
  {
    title: "access provider of another name",
    check: "access provider",
    message: "The database has only Clerk",
    fix: "Run fauna-clerk init",
    make: ({ args }) => args.push("--provider", "clerk"),
  },
  {
    title: "no child database",
    check: "admin key",
    message: "no child ap",
    fix: "Name a child with --database",
    make: ({ args }) => args.push("--database", "ap"),
  },
  {
    title: "issuer with a trailing slash",
    check: "issuer",
    message: "is not exactly",
    fix: fixOf("wrong_issuer"),
    make: (world) => updateProvider(world, `issuer: "${world.clerk.issuer}/"`),
  },
  {
    title: "issuer in http",
    check: "issuer",
    message: "is not exactly",
    fix: fixOf("wrong_issuer"),
    make: (world) => updateProvider(world, `issuer: "${world.clerk.url}"`),
  },
  {
    title: "wrong issuer",
    check: "issuer",
    message: "https://other.clerk.accounts.dev is not exactly https://127.0.0.1",
    fix: fixOf("wrong_issuer"),
    make: (world) => updateProvider(world, `issuer: "https://other.clerk.accounts.dev"`),
  },
  {
    title: "JWKS over http",
    check: "jwks_uri",
    message: "is not https",
    fix: "Set the access provider's jwks_uri to https://",
    make: (world) => showProvider(world, { jwks_uri: `${world.clerk.url}/.well-known/jwks.json` }),
  },
  {
    title: "JWKS of another instance",
    check: "jwks_uri",
    message: "has other keys than Clerk",
    fix: "Set the access provider's jwks_uri to https://",
    make: async (world) => updateProvider(world, `jwks_uri: "${(await anotherClerk()).jwksUri}"`),
  },
  {
    title: "no role",
    check: "roles",
    message: problemOf("no_role"),
    fix: fixOf("no_role"),
    make: (world) => updateProvider(world, "roles: []"),
  },
  {
    title: "built-in role",
    check: "roles",
    message: "admin is a built-in role",
    fix: "List a role of your own",
    make: (world) => showProvider(world, { roles: ["user", "admin"] }),
  },
  {
    title: "missing role",
    check: "roles",
    message: "no role ghost",
    fix: "Create it with Role.create",
    make: (world) => showProvider(world, { roles: [{ role: "ghost", predicate: "_ => true" }] }),
  },
  {
    title: "predicate without a guard against null",
    check: "role predicates",
    message: "Todo.read (sub)",
    fix: "Query.token()?.sub != null",
    status: "warn",
    make: ({ admin }) =>
      admin(
        `Role.byName("user")!.update({ privileges: [{ resource: "Todo", actions: { read: "d => d.owner == Query.token()!.sub" } }] })`,
      ),
  },
  {
    title: "set up in the root database",
    check: "audience",
    message: problemOf("root_database"),
    fix: fixOf("root_database"),
    root: true,
    make: () => {},
  },
];

const templateMistakes: Mistake[] = [
  {
    title: "misnamed template",
    check: "template",
    message: 'no JWT template "fauna", but "Fauna-"',
    fix: 'Rename that one to "fauna"',
    make({ clerk, fauna: { audience: aud } }) {
      clerk.removeTemplate("fauna");
      clerk.setTemplate("Fauna-", { claims: { aud } });
      clerk.setTemplate("supabase", { claims: {} });
    },
  },
  {
    title: "no template",
    check: "template",
    message: 'no JWT template "fauna"',
    fix: "Run fauna-clerk init",
    make: ({ clerk }) => clerk.removeTemplate("fauna"),
  },
  {
    title: "template without aud",
    check: "template audience",
    message: problemOf("no_audience"),
    fix: fixOf("no_audience"),
    make: (world) => setClaims(world, { email: "{{user.primary_email_address}}" }),
  },
  {
    title: "template with an aud of something else",
    check: "template audience",
    message: problemOf("no_fauna_audience"),
    fix: fixOf("no_fauna_audience"),
    make: (world) => setClaims(world, { aud: "https://api.example.test" }),
  },
  {
    title: "template with two auds",
    check: "template audience",
    message: problemOf("several_audiences"),
    fix: fixOf("several_audiences"),
    make: (world) => setClaims(world, { aud: [world.fauna.audience, OTHER_DATABASE] }),
  },
  {
    title: "template with the aud of another database",
    check: "template audience",
    message: problemOf("other_audience"),
    fix: fixOf("other_audience"),
    make: (world) => setClaims(world, { aud: OTHER_DATABASE }),
  },
  {
    title: "reserved claim",
    check: "template claims",
    message: "sub is reserved",
    fix: "Remove it",
    make: (world) => showTemplate(world, { claims: { aud: world.fauna.audience, sub: "x" } }),
  },
  {
    title: "template with the organization's role, but not its id",
    check: "template claims",
    message: "aud, role: uses the organization, but has no org_id",
    fix: 'add "org_id": "{{org.id}}"',
    status: "warn",
    make: (world) => setClaims(world, { aud: world.fauna.audience, role: "{{org.role}}" }),
  },
  {
    title: "template with a custom signing key",
    check: "template algorithm",
    message: "HS256 with a custom signing key",
    fix: fixOf("not_rs256"),
    make: (world) => showTemplate(world, { signing_algorithm: "HS256", custom_signing_key: true }),
  },
  {
    title: "token lifetime too short",
    check: "template lifetime",
    message: "10 s",
    fix: "Set at least 30 s",
    make: (world) => showTemplate(world, { lifetime: 10 }),
  },
  {
    title: "token lifetime of a day",
    check: "template lifetime",
    message: "86400 s",
    fix: "Set 60 s",
    status: "warn",
    make: (world) => showTemplate(world, { lifetime: 86_400 }),
  },
];

const tokenMistakes: Mistake[] = [
  {
    title: "secret of a key instead of a token",
    check: "token",
    message: problemOf("not_a_jwt"),
    fix: fixOf("not_a_jwt"),
    make: (world) => (world.token = "fnSecretOfAKey"),
  },
  {
    title: "alg HS256",
    check: "token algorithm",
    message: "It is signed with HS256",
    fix: fixOf("not_rs256"),
    make: (world) => signWithOwnKey(world, { header: { alg: "HS256" } }),
  },
  {
    title: "no iss",
    check: "token issuer",
    message: problemOf("no_issuer"),
    fix: fixOf("no_issuer"),
    make: (world) => signWithOwnKey(world, { claims: { iss: undefined } }),
  },
  {
    title: "token of another issuer",
    check: "token issuer",
    message: problemOf("wrong_issuer"),
    fix: fixOf("wrong_issuer"),
    async make(world) {
      const other = await anotherClerk();
      other.setTemplate("fauna", { claims: { aud: world.fauna.audience } });
      world.token = await other.mint("user_ada", "fauna");
    },
  },
  {
    title: "no kid",
    check: "token key",
    message: problemOf("no_kid"),
    fix: fixOf("no_kid"),
    make: (world) => signWithOwnKey(world, { header: { kid: undefined } }),
  },
  {
    title: "key of another instance",
    check: "token key",
    message: problemOf("unknown_key"),
    fix: fixOf("unknown_key"),
    make: (world) => signWithOwnKey(world, { header: { kid: "ins_other" } }),
  },
  {
    title: "claims changed after signing",
    check: "token signature",
    message: problemOf("bad_signature"),
    fix: fixOf("bad_signature"),
    make: (world) => (world.token = tamper(world.token, { sub: "user_grace" })),
  },
  {
    title: "no aud",
    check: "token audience",
    message: problemOf("no_audience"),
    fix: fixOf("no_audience"),
    make: (world) => signWithOwnKey(world, { claims: { aud: undefined } }),
  },
  {
    title: "two auds",
    check: "token audience",
    message: problemOf("several_audiences"),
    fix: fixOf("several_audiences"),
    make: (world) =>
      signWithOwnKey(world, { claims: { aud: [world.fauna.audience, OTHER_DATABASE] } }),
  },
  {
    title: "other database's aud",
    check: "token audience",
    message: problemOf("other_audience"),
    fix: fixOf("other_audience"),
    make: (world) => signWithOwnKey(world, { claims: { aud: OTHER_DATABASE } }),
  },
  {
    title: "expired",
    check: "token times",
    message: problemOf("expired"),
    fix: fixOf("expired"),
    make: (world) => signWithOwnKey(world, { claims: { exp: now() - 30 } }),
  },
  {
    title: "not valid yet",
    check: "token times",
    message: problemOf("not_yet_valid"),
    fix: fixOf("not_yet_valid"),
    make: (world) => signWithOwnKey(world, { claims: { nbf: now() + 30 } }),
  },
  {
    title: "exp as a float, long past",
    check: "token times",
    message: "exp 1000",
    fix: "Make exp an integer",
    make: (world) =>
      signWithOwnKey(world, {
        text: (payload) => payload.replace(/"exp":\d+/, '"exp":1000.0'),
      }),
  },
  {
    title: "exp as text",
    check: "token times",
    message: 'exp "1000"',
    fix: "Make exp an integer",
    make: (world) => signWithOwnKey(world, { claims: { exp: "1000" } }),
  },
  {
    title: "no exp",
    check: "token times",
    message: "exp is missing",
    fix: "Make exp an integer",
    make: (world) => signWithOwnKey(world, { claims: { exp: undefined } }),
  },
  {
    title: "no sub",
    check: "token subject",
    message: "sub undefined",
    fix: "guard it with Query.token()?.sub != null",
    make: (world) => signWithOwnKey(world, { claims: { sub: undefined } }),
  },
  {
    title: "false role predicate",
    check: "query",
    message: problemOf("no_role_applies"),
    fix: fixOf("no_role_applies"),
    make: (world) =>
      updateProvider(world, `roles: [{ role: "user", predicate: "jwt => jwt.org == 'acme'" }]`),
  },
  {
    title: "unexplained 401",
    check: "query",
    message: problemOf("unknown"),
    fix: fixOf("unknown"),
    make: ({ fauna, token }) =>
      fauna.faults.respond(
        { status: 401, body: { error: { code: "unauthorized", message: "…" } } },
        { match: ({ headers }) => headers["authorization"] === `Bearer ${token}` },
      ),
  },
  {
    title: "server that fails on the token",
    check: "query",
    message: "HTTP 500",
    fix: "Send the token exactly as Clerk made it",
    make: ({ fauna, token }) =>
      fauna.faults.respond(
        { status: 500, body: { error: "internal server error" } },
        { match: ({ headers }) => headers["authorization"] === `Bearer ${token}` },
      ),
  },
];

describe.each([
  { part: "Clerk", mistakes: clerkMistakes },
  { part: "the server", mistakes: serverMistakes },
  { part: "the access provider", mistakes: providerMistakes },
  { part: "the JWT template", mistakes: templateMistakes },
  { part: "the token", mistakes: tokenMistakes },
])("in $part, the doctor reports exactly this mistake", ({ mistakes }) => {
  test.each(mistakes)(
    "$title",
    async ({ check, message, fix, make, root = false, status = "fail" }) => {
      const world = await startDoctorWorld({ root });
      await make(world);
      const { code, json } = await world.doctor("--json");
      const results = json.checks as Result[];
      const found = results.filter((result) => /fail|warn/.test(result.status));
      expect(found).toEqual([
        {
          name: check,
          status,
          message: expect.stringContaining(message),
          fix: expect.stringContaining(fix),
        },
      ]);
      for (const result of results)
        if (result.status === "skip") expect(result.message).toMatch(/^Waits for: /);
      expect([code, json.ok]).toEqual(status === "fail" ? [1, false] : [0, true]);
    },
  );
});
