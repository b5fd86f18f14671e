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

/** The texts of a fix, without its details. */
const fixOf = (code: keyof typeof refusals): string => refusals[code].fix.split("%")[0]!;
const OTHER_DATABASE = "https://db.fauna.com/db/yother";
const now = (): number => Math.floor(Date.now() / 1000);

async function anotherClerk(): Promise<LocalClerk> {
  const other = await startLocalClerk();
  onTestFinished(() => other.close());
  return other;
}

/** The provider as Fauna would show it if it let it be that wrong. */
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
/** The template as Clerk would show it if it let it be that wrong. */
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

interface Wrong {
  readonly way: string;
  /** The check that names it. */
  readonly check: string;
  /** Part of its message. */
  readonly message: string;
  /** Part of its fix. */
  readonly fix: string;
  readonly spoil: (world: DoctorWorld) => unknown;
  /** @default fail */
  readonly status?: "warn";
  readonly root?: boolean;
}

const clerkMistakes: Wrong[] = [
  {
    way: "malformed publishable key",
    check: "publishable key",
    message: "malformed",
    fix: "Copy it as a whole",
    spoil: ({ env }) => (env["VITE_CLERK_PUBLISHABLE_KEY"] = "pk_test_nonsense"),
  },
  {
    way: "publishable key of another instance",
    check: "secret key",
    message: "another instance than the publishable key",
    fix: "from the same instance",
    async spoil({ env }) {
      env["VITE_CLERK_PUBLISHABLE_KEY"] = (await anotherClerk()).publishableKey;
    },
  },
  {
    way: "secret key of another instance",
    check: "secret key",
    message: "another instance than the publishable key",
    fix: "from the same instance",
    async spoil({ env }) {
      const other = await anotherClerk();
      Object.assign(env, { CLERK_SECRET_KEY: other.secretKey, CLERK_API_URL: other.url });
    },
  },
  {
    way: "revoked secret key",
    check: "secret key",
    message: "refused",
    fix: "Check CLERK_SECRET_KEY",
    spoil: ({ env }) => (env["CLERK_SECRET_KEY"] = "sk_live_revoked"),
  },
  {
    way: "JWKS unreachable",
    check: "key set",
    message: "/.well-known/jwks.json answered 503",
    fix: fixOf("keys_unreachable"),
    spoil: ({ clerk }) =>
      clerk.faults.respond({ status: 503 }, { match: /well-known/, times: Infinity }),
  },
  {
    way: "JWKS that is a web page",
    check: "key set",
    message: 'no JSON with "keys"',
    fix: "Compare the URL",
    spoil: ({ clerk }) =>
      clerk.faults.respond({ status: 200, body: "<html>" }, { match: /known/, times: Infinity }),
  },
  {
    way: "EC keys",
    check: "signing keys",
    message: "kty EC",
    fix: "RS256",
    spoil: ({ clerk }) => serveKeys(clerk, [{ kty: "EC", kid: "ec", crv: "P-256" }]),
  },
  {
    way: "keys without kid",
    check: "signing keys",
    message: "no kid",
    fix: "Give each key of the JWKS a kid",
    spoil: ({ clerk }) => serveKeys(clerk, [{ kty: "RSA", n: "AQAB", e: "AQAB" }]),
  },
];

const serverMistakes: Wrong[] = [
  {
    way: "dead endpoint",
    check: "endpoint",
    message: "nothing listens there",
    fix: "Start the server",
    spoil: ({ fauna }) => fauna.close(),
  },
  {
    way: "endpoint that is something else",
    check: "endpoint",
    message: "/ping answered 404",
    fix: "Give the URL of a Fauna server",
    spoil: ({ env, clerk }) => (env["VITE_FAUNA_ENDPOINT"] = clerk.url),
  },
  {
    way: "endpoint without scheme",
    check: "endpoint",
    message: "no http(s) URL",
    fix: "https://fauna.example.com",
    spoil: ({ env }) => (env["VITE_FAUNA_ENDPOINT"] = "fauna.example.test"),
  },
  {
    way: "the hosted service",
    check: "endpoint",
    message: "hosted service is gone",
    fix: "your own Fauna server",
    spoil: ({ env }) => (env["VITE_FAUNA_ENDPOINT"] = "https://db.fauna.com"),
  },
  {
    way: "http to another machine",
    check: "endpoint",
    message: "readable on the way",
    fix: "Use https",
    spoil: ({ env }) => (env["VITE_FAUNA_ENDPOINT"] = "http://fauna.example.test:8443"),
  },
  {
    way: "https to a server without TLS",
    check: "endpoint",
    message: "does not speak TLS",
    fix: "Put TLS in front of it",
    spoil: ({ env, fauna }) => (env["VITE_FAUNA_ENDPOINT"] = fauna.url.replace("http", "https")),
  },
  {
    way: "endpoint that redirects",
    check: "endpoint",
    message: "redirects to https://fauna.example.test/ping",
    fix: "Give that URL",
    spoil: (world) => ping(world, 301, { location: "https://fauna.example.test/ping" }),
  },
  {
    way: "clock ahead",
    check: "clock",
    message: "ahead of this one",
    fix: "NTP",
    spoil: (world) => ping(world, 200, { date: new Date(Date.now() + 30_000).toUTCString() }),
  },
  {
    way: "clock behind",
    check: "clock",
    message: "behind this one",
    fix: "NTP",
    spoil: (world) => {
      // A token of then: one of now would not be valid yet.
      const date = new Date(Date.now() - 300_000).toUTCString();
      ping(world, 200, { date });
      return signWithOwnKey(world, { claims: { nbf: now() - 600 } });
    },
  },
  {
    way: "CORS missing for this origin",
    check: "cors",
    message: "https://app.example.test is not allowed",
    fix: "Fauna itself allows every origin",
    spoil: (world) =>
      preflight(world, 200, { "access-control-allow-origin": "https://other.example.test" }),
  },
  {
    way: "CORS without Fauna's headers",
    check: "cors",
    message: "Not allowed: x-driver-env, x-format, x-last-txn-ts",
    fix: "Fauna itself allows these headers",
    spoil: (world) =>
      preflight(world, 204, { "access-control-allow-headers": "Content-Type, Authorization" }),
  },
  {
    way: "CORS with a star, which leaves out authorization",
    check: "cors",
    message: "Not allowed: authorization",
    fix: "Fauna itself allows these headers",
    spoil: (world) => preflight(world, 204, { "access-control-allow-headers": "*" }),
  },
  {
    way: "preflight that wants authorization",
    check: "cors",
    message: "was answered 401",
    fix: "Let the proxy",
    spoil: (world) => preflight(world, 401, {}),
  },
  {
    way: "origin with a path",
    check: "cors",
    message: "https://app.example.test/ is no origin",
    fix: "no path, no slash",
    spoil: ({ args }) => (args[1] += "/"),
  },
];

const providerMistakes: Wrong[] = [
  {
    way: "admin key of elsewhere",
    check: "admin key",
    message: "refused the admin key",
    fix: "Check FAUNA_ADMIN_KEY",
    spoil: ({ env }) => (env["FAUNA_ADMIN_KEY"] = "fnAdminKeyOfAnother"),
  },
  {
    way: "key without the role admin",
    check: "admin key",
    message: "Insufficient privileges",
    fix: "a key with role admin",
    async spoil({ admin, env }) {
      const { secret } = await admin<{ secret: string }>(`Key.create({ role: "server" })`);
      env["FAUNA_ADMIN_KEY"] = secret;
    },
  },
  {
    way: "no access provider",
    check: "access provider",
    message: "The database has none",
    fix: "Run fauna-clerk init",
    spoil: ({ admin }) => admin(`AccessProvider.byName("Clerk")!.delete()`),
  },
  {
    way: "access provider of another name",
    check: "access provider",
    message: "There is only Clerk",
    fix: "Run fauna-clerk init",
    spoil: ({ args }) => args.push("--provider", "clerk"),
  },
  {
    way: "no child database",
    check: "admin key",
    message: "no child ap",
    fix: "Name a child with --database",
    spoil: ({ args }) => args.push("--database", "ap"),
  },
  {
    way: "trailing slash",
    check: "issuer",
    message: "to the letter",
    fix: fixOf("wrong_issuer"),
    spoil: (world) => updateProvider(world, `issuer: "${world.clerk.issuer}/"`),
  },
  {
    way: "issuer in http",
    check: "issuer",
    message: "to the letter",
    fix: fixOf("wrong_issuer"),
    spoil: (world) => updateProvider(world, `issuer: "${world.clerk.url}"`),
  },
  {
    way: "wrong issuer",
    check: "issuer",
    message: "https://other.clerk.accounts.dev is not https://127.0.0.1",
    fix: fixOf("wrong_issuer"),
    spoil: (world) => updateProvider(world, `issuer: "https://other.clerk.accounts.dev"`),
  },
  {
    way: "http JWKS",
    check: "jwks_uri",
    message: "is not https",
    fix: "Set the access provider's jwks_uri to https://",
    spoil: (world) => showProvider(world, { jwks_uri: `${world.clerk.url}/.well-known/jwks.json` }),
  },
  {
    way: "JWKS of another instance",
    check: "jwks_uri",
    message: "has other keys than Clerk",
    fix: "Set the access provider's jwks_uri to https://",
    spoil: async (world) => updateProvider(world, `jwks_uri: "${(await anotherClerk()).jwksUri}"`),
  },
  {
    way: "no role",
    check: "roles",
    message: refusals.no_role.problem,
    fix: fixOf("no_role"),
    spoil: (world) => updateProvider(world, "roles: []"),
  },
  {
    way: "built-in role",
    check: "roles",
    message: "admin is built in",
    fix: "List a role of your own",
    spoil: (world) => showProvider(world, { roles: ["user", "admin"] }),
  },
  {
    way: "role that is not there",
    check: "roles",
    message: "no role ghost",
    fix: "Create it with Role.create",
    spoil: (world) => showProvider(world, { roles: [{ role: "ghost", predicate: "_ => true" }] }),
  },
  {
    way: "predicate without a guard against null",
    check: "role predicates",
    message: "Todo.read (sub)",
    fix: "Query.token()?.sub != null",
    status: "warn",
    spoil: ({ admin }) =>
      admin(
        `Role.byName("user")!.update({ privileges: [{ resource: "Todo", actions: { read: "d => d.owner == Query.token()!.sub" } }] })`,
      ),
  },
  {
    way: "set up in the root database",
    check: "audience",
    message: refusals.root_database.problem,
    fix: fixOf("root_database"),
    root: true,
    spoil: () => {},
  },
];

const templateMistakes: Wrong[] = [
  {
    way: "template misnamed",
    check: "template",
    message: 'no JWT template "fauna", but "Fauna-"',
    fix: 'Rename that one to "fauna"',
    spoil({ clerk, fauna: { audience: aud } }) {
      clerk.removeTemplate("fauna");
      clerk.setTemplate("Fauna-", { claims: { aud } });
      clerk.setTemplate("supabase", { claims: {} });
    },
  },
  {
    way: "no template",
    check: "template",
    message: 'no JWT template "fauna"',
    fix: "Run fauna-clerk init",
    spoil: ({ clerk }) => clerk.removeTemplate("fauna"),
  },
  {
    way: "template without aud",
    check: "template audience",
    message: refusals.no_audience.problem,
    fix: fixOf("no_audience"),
    spoil: (world) => setClaims(world, { email: "{{user.primary_email_address}}" }),
  },
  {
    way: "template with an aud of something else",
    check: "template audience",
    message: refusals.no_fauna_audience.problem,
    fix: fixOf("no_fauna_audience"),
    spoil: (world) => setClaims(world, { aud: "https://api.example.test" }),
  },
  {
    way: "template with two auds",
    check: "template audience",
    message: refusals.several_audiences.problem,
    fix: fixOf("several_audiences"),
    spoil: (world) => setClaims(world, { aud: [world.fauna.audience, OTHER_DATABASE] }),
  },
  {
    way: "template with the aud of another database",
    check: "template audience",
    message: refusals.other_audience.problem,
    fix: fixOf("other_audience"),
    spoil: (world) => setClaims(world, { aud: OTHER_DATABASE }),
  },
  {
    way: "reserved claim",
    check: "template claims",
    message: "sub is reserved",
    fix: "Take it out",
    spoil: (world) => showTemplate(world, { claims: { aud: world.fauna.audience, sub: "x" } }),
  },
  {
    way: "template with the organization's role, but not its id",
    check: "template claims",
    message: "aud, role: organizations, but no org_id",
    fix: 'add "org_id": "{{org.id}}"',
    status: "warn",
    spoil: (world) => setClaims(world, { aud: world.fauna.audience, role: "{{org.role}}" }),
  },
  {
    way: "template with a signing key of its own",
    check: "template algorithm",
    message: "HS256 with a key of your own",
    fix: fixOf("not_rs256"),
    spoil: (world) => showTemplate(world, { signing_algorithm: "HS256", custom_signing_key: true }),
  },
  {
    way: "tokens that live too short",
    check: "template lifetime",
    message: "10 s",
    fix: "Set at least 30 s",
    spoil: (world) => showTemplate(world, { lifetime: 10 }),
  },
  {
    way: "tokens that live for a day",
    check: "template lifetime",
    message: "86400 s",
    fix: "Set 60 s",
    status: "warn",
    spoil: (world) => showTemplate(world, { lifetime: 86_400 }),
  },
];

const tokenMistakes: Wrong[] = [
  {
    way: "the secret of a key for a token",
    check: "token",
    message: refusals.not_a_jwt.problem,
    fix: fixOf("not_a_jwt"),
    spoil: (world) => (world.token = "fnSecretOfAKey"),
  },
  {
    way: "alg HS256",
    check: "token algorithm",
    message: "It is signed with HS256",
    fix: fixOf("not_rs256"),
    spoil: (world) => signWithOwnKey(world, { header: { alg: "HS256" } }),
  },
  {
    way: "no iss",
    check: "token issuer",
    message: refusals.no_issuer.problem,
    fix: fixOf("no_issuer"),
    spoil: (world) => signWithOwnKey(world, { claims: { iss: undefined } }),
  },
  {
    way: "token of another issuer",
    check: "token issuer",
    message: refusals.wrong_issuer.problem,
    fix: fixOf("wrong_issuer"),
    async spoil(world) {
      const other = await anotherClerk();
      other.setTemplate("fauna", { claims: { aud: world.fauna.audience } });
      world.token = await other.mint("user_ada", "fauna");
    },
  },
  {
    way: "no kid",
    check: "token key",
    message: refusals.no_kid.problem,
    fix: fixOf("no_kid"),
    spoil: (world) => signWithOwnKey(world, { header: { kid: undefined } }),
  },
  {
    way: "key of another instance",
    check: "token key",
    message: refusals.unknown_key.problem,
    fix: fixOf("unknown_key"),
    spoil: (world) => signWithOwnKey(world, { header: { kid: "ins_other" } }),
  },
  {
    way: "claims changed afterwards",
    check: "token signature",
    message: refusals.bad_signature.problem,
    fix: fixOf("bad_signature"),
    spoil: (world) => (world.token = tamper(world.token, { sub: "user_grace" })),
  },
  {
    way: "no aud",
    check: "token audience",
    message: refusals.no_audience.problem,
    fix: fixOf("no_audience"),
    spoil: (world) => signWithOwnKey(world, { claims: { aud: undefined } }),
  },
  {
    way: "two auds",
    check: "token audience",
    message: refusals.several_audiences.problem,
    fix: fixOf("several_audiences"),
    spoil: (world) =>
      signWithOwnKey(world, { claims: { aud: [world.fauna.audience, OTHER_DATABASE] } }),
  },
  {
    way: "other database's aud",
    check: "token audience",
    message: refusals.other_audience.problem,
    fix: fixOf("other_audience"),
    spoil: (world) => signWithOwnKey(world, { claims: { aud: OTHER_DATABASE } }),
  },
  {
    way: "expired",
    check: "token times",
    message: "It expired ",
    fix: fixOf("expired"),
    spoil: (world) => signWithOwnKey(world, { claims: { exp: now() - 30 } }),
  },
  {
    way: "not valid yet",
    check: "token times",
    message: "It only becomes valid in ",
    fix: fixOf("not_yet_valid"),
    spoil: (world) => signWithOwnKey(world, { claims: { nbf: now() + 30 } }),
  },
  {
    way: "float exp, long past",
    check: "token times",
    message: "exp 1000",
    fix: "Make exp an integer",
    spoil: (world) =>
      signWithOwnKey(world, {
        text: (payload) => payload.replace(/"exp":\d+/, '"exp":1000.0'),
      }),
  },
  {
    way: "exp in text",
    check: "token times",
    message: 'exp "1000"',
    fix: "Make exp an integer",
    spoil: (world) => signWithOwnKey(world, { claims: { exp: "1000" } }),
  },
  {
    way: "no exp",
    check: "token times",
    message: "exp is missing",
    fix: "Make exp an integer",
    spoil: (world) => signWithOwnKey(world, { claims: { exp: undefined } }),
  },
  {
    way: "no sub",
    check: "token subject",
    message: "sub undefined",
    fix: "guard it with Query.token()?.sub != null",
    spoil: (world) => signWithOwnKey(world, { claims: { sub: undefined } }),
  },
  {
    way: "role predicate false",
    check: "query",
    message: refusals.no_role_applies.problem,
    fix: fixOf("no_role_applies"),
    spoil: (world) =>
      updateProvider(world, `roles: [{ role: "user", predicate: "jwt => jwt.org == 'acme'" }]`),
  },
  {
    way: "401 for a reason that nobody sees",
    check: "query",
    message: refusals.unknown.problem,
    fix: fixOf("unknown"),
    spoil: ({ fauna, token }) =>
      fauna.faults.respond(
        { status: 401, body: { error: { code: "unauthorized", message: "…" } } },
        { match: ({ headers }) => headers["authorization"] === `Bearer ${token}` },
      ),
  },
  {
    way: "server that breaks down on the token",
    check: "query",
    message: "HTTP 500",
    fix: "Send the token exactly as Clerk made it",
    spoil: ({ fauna, token }) =>
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
])("of $part, doctor names exactly", ({ mistakes }) => {
  test.each(mistakes)(
    "$way",
    async ({ check, message, fix, spoil, root = false, status = "fail" }) => {
      const world = await startDoctorWorld({ root });
      await spoil(world);
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
