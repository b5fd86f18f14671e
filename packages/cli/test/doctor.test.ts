import { describe, expect, onTestFinished, test } from "vitest";
import { refusals } from "../../../src/auth/unauthorized-reasons";
import { startLocalClerk, type LocalClerk } from "@fauna-clerk/local";
import {
  ROLE,
  serveKeys,
  signWithOwnKey,
  startDoctorWorld,
  tamper,
  type DoctorWorld,
} from "./support/doctor-world";

interface Result {
  name: string;
  status: string;
  saw: string;
  mend?: string;
}

/** The texts of a mend, without its details. */
const mendOf = (code: keyof typeof refusals): string => refusals[code].mend.split("%")[0]!;
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
  /** Part of what it saw. */
  readonly saw: string;
  /** Part of the mend. */
  readonly mend: string;
  readonly spoil: (world: DoctorWorld) => unknown;
  /** @default fail */
  readonly status?: "warn";
  readonly root?: boolean;
}

const clerkMistakes: Wrong[] = [
  {
    way: "malformed publishable key",
    check: "publishable key",
    saw: "malformed",
    mend: "Copy it as a whole",
    spoil: ({ env }) => (env["VITE_CLERK_PUBLISHABLE_KEY"] = "pk_test_nonsense"),
  },
  {
    way: "publishable key of another instance",
    check: "secret key",
    saw: "another instance than the publishable key",
    mend: "from the same instance",
    async spoil({ env }) {
      env["VITE_CLERK_PUBLISHABLE_KEY"] = (await anotherClerk()).publishableKey;
    },
  },
  {
    way: "secret key of another instance",
    check: "secret key",
    saw: "another instance than the publishable key",
    mend: "from the same instance",
    async spoil({ env }) {
      const other = await anotherClerk();
      Object.assign(env, { CLERK_SECRET_KEY: other.secretKey, CLERK_API_URL: other.url });
    },
  },
  {
    way: "revoked secret key",
    check: "secret key",
    saw: "refused",
    mend: "Check CLERK_SECRET_KEY",
    spoil: ({ env }) => (env["CLERK_SECRET_KEY"] = "sk_live_revoked"),
  },
  {
    way: "JWKS unreachable",
    check: "key set",
    saw: "/.well-known/jwks.json answered 503",
    mend: mendOf("keys_unreachable"),
    spoil: ({ clerk }) =>
      clerk.faults.respond({ status: 503 }, { match: /well-known/, times: Infinity }),
  },
  {
    way: "JWKS that is a web page",
    check: "key set",
    saw: 'no JSON with "keys"',
    mend: "Compare the URL",
    spoil: ({ clerk }) =>
      clerk.faults.respond({ status: 200, body: "<html>" }, { match: /known/, times: Infinity }),
  },
  {
    way: "EC keys",
    check: "signing keys",
    saw: "kty EC",
    mend: "RS256",
    spoil: ({ clerk }) => serveKeys(clerk, [{ kty: "EC", kid: "ec", crv: "P-256" }]),
  },
  {
    way: "keys without kid",
    check: "signing keys",
    saw: "no kid",
    mend: "Give each key of the JWKS a kid",
    spoil: ({ clerk }) => serveKeys(clerk, [{ kty: "RSA", n: "AQAB", e: "AQAB" }]),
  },
];

const serverMistakes: Wrong[] = [
  {
    way: "dead endpoint",
    check: "endpoint",
    saw: "nothing listens there",
    mend: "Start the server",
    spoil: ({ fauna }) => fauna.close(),
  },
  {
    way: "endpoint that is something else",
    check: "endpoint",
    saw: "/ping answered 404",
    mend: "Give the URL of a Fauna server",
    spoil: ({ env, clerk }) => (env["VITE_FAUNA_ENDPOINT"] = clerk.url),
  },
  {
    way: "endpoint without scheme",
    check: "endpoint",
    saw: "no http(s) URL",
    mend: "https://fauna.example.com",
    spoil: ({ env }) => (env["VITE_FAUNA_ENDPOINT"] = "fauna.example.test"),
  },
  {
    way: "the hosted service",
    check: "endpoint",
    saw: "hosted service is gone",
    mend: "your own Fauna server",
    spoil: ({ env }) => (env["VITE_FAUNA_ENDPOINT"] = "https://db.fauna.com"),
  },
  {
    way: "http to another machine",
    check: "endpoint",
    saw: "readable on the way",
    mend: "Use https",
    spoil: ({ env }) => (env["VITE_FAUNA_ENDPOINT"] = "http://fauna.example.test:8443"),
  },
  {
    way: "https to a server without TLS",
    check: "endpoint",
    saw: "does not speak TLS",
    mend: "Put TLS in front of it",
    spoil: ({ env, fauna }) => (env["VITE_FAUNA_ENDPOINT"] = fauna.url.replace("http", "https")),
  },
  {
    way: "endpoint that redirects",
    check: "endpoint",
    saw: "redirects to https://fauna.example.test/ping",
    mend: "Give that URL",
    spoil: (world) => ping(world, 301, { location: "https://fauna.example.test/ping" }),
  },
  {
    way: "clock ahead",
    check: "clock",
    saw: "ahead of this one",
    mend: "NTP",
    spoil: (world) => ping(world, 200, { date: new Date(Date.now() + 30_000).toUTCString() }),
  },
  {
    way: "clock behind",
    check: "clock",
    saw: "behind this one",
    mend: "NTP",
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
    saw: "https://app.example.test is not allowed",
    mend: "Fauna itself allows every origin",
    spoil: (world) =>
      preflight(world, 200, { "access-control-allow-origin": "https://other.example.test" }),
  },
  {
    way: "CORS without Fauna's headers",
    check: "cors",
    saw: "Not allowed: x-driver-env, x-format, x-last-txn-ts",
    mend: "Fauna itself allows these headers",
    spoil: (world) =>
      preflight(world, 204, { "access-control-allow-headers": "Content-Type, Authorization" }),
  },
  {
    way: "CORS with a star, which leaves out authorization",
    check: "cors",
    saw: "Not allowed: authorization",
    mend: "Fauna itself allows these headers",
    spoil: (world) => preflight(world, 204, { "access-control-allow-headers": "*" }),
  },
  {
    way: "preflight that wants authorization",
    check: "cors",
    saw: "was answered 401",
    mend: "Let the proxy",
    spoil: (world) => preflight(world, 401, {}),
  },
  {
    way: "origin with a path",
    check: "cors",
    saw: "https://app.example.test/ is no origin",
    mend: "no path, no slash",
    spoil: ({ args }) => (args[1] += "/"),
  },
];

const providerMistakes: Wrong[] = [
  {
    way: "admin key of elsewhere",
    check: "admin key",
    saw: "refused the admin key",
    mend: "Check FAUNA_ADMIN_KEY",
    spoil: ({ env }) => (env["FAUNA_ADMIN_KEY"] = "fnAdminKeyOfAnother"),
  },
  {
    way: "key without the role admin",
    check: "admin key",
    saw: "Insufficient privileges",
    mend: "a key with role admin",
    async spoil({ admin, env }) {
      const { secret } = await admin<{ secret: string }>(`Key.create({ role: "server" })`);
      env["FAUNA_ADMIN_KEY"] = secret;
    },
  },
  {
    way: "no access provider",
    check: "access provider",
    saw: "The database has none",
    mend: "Run fauna-clerk init",
    spoil: ({ admin }) => admin(`AccessProvider.byName("Clerk")!.delete()`),
  },
  {
    way: "access provider of another name",
    check: "access provider",
    saw: "There is only Clerk",
    mend: "Run fauna-clerk init",
    spoil: ({ args }) => args.push("--provider", "clerk"),
  },
  {
    way: "no child database",
    check: "admin key",
    saw: "no child ap",
    mend: "Name a child with --database",
    spoil: ({ args }) => args.push("--database", "ap"),
  },
  {
    way: "trailing slash",
    check: "issuer",
    saw: "to the letter",
    mend: mendOf("wrong_issuer"),
    spoil: (world) => updateProvider(world, `issuer: "${world.clerk.issuer}/"`),
  },
  {
    way: "issuer in http",
    check: "issuer",
    saw: "to the letter",
    mend: mendOf("wrong_issuer"),
    spoil: (world) => updateProvider(world, `issuer: "${world.clerk.url}"`),
  },
  {
    way: "wrong issuer",
    check: "issuer",
    saw: "https://other.clerk.accounts.dev is not https://127.0.0.1",
    mend: mendOf("wrong_issuer"),
    spoil: (world) => updateProvider(world, `issuer: "https://other.clerk.accounts.dev"`),
  },
  {
    way: "http JWKS",
    check: "jwks_uri",
    saw: "is not https",
    mend: "Set the access provider's jwks_uri to https://",
    spoil: (world) => showProvider(world, { jwks_uri: `${world.clerk.url}/.well-known/jwks.json` }),
  },
  {
    way: "JWKS of another instance",
    check: "jwks_uri",
    saw: "has other keys than Clerk",
    mend: "Set the access provider's jwks_uri to https://",
    spoil: async (world) => updateProvider(world, `jwks_uri: "${(await anotherClerk()).jwksUri}"`),
  },
  {
    way: "no role",
    check: "roles",
    saw: refusals.no_role.what,
    mend: mendOf("no_role"),
    spoil: (world) => updateProvider(world, "roles: []"),
  },
  {
    way: "built-in role",
    check: "roles",
    saw: "admin is built in",
    mend: "List a role of your own",
    spoil: (world) => showProvider(world, { roles: ["user", "admin"] }),
  },
  {
    way: "role that is not there",
    check: "roles",
    saw: "no role ghost",
    mend: "Create it with Role.create",
    spoil: (world) => showProvider(world, { roles: [{ role: "ghost", predicate: "_ => true" }] }),
  },
  {
    way: "predicate without a guard against null",
    check: "role predicates",
    saw: "Todo.read (sub)",
    mend: "Query.token()?.sub != null",
    status: "warn",
    spoil: ({ admin }) =>
      admin(
        `Role.byName("user")!.update({ privileges: [{ resource: "Todo", actions: { read: "d => d.owner == Query.token()!.sub" } }] })`,
      ),
  },
  {
    way: "set up in the root database",
    check: "audience",
    saw: refusals.root_database.what,
    mend: mendOf("root_database"),
    root: true,
    spoil: () => {},
  },
];

const templateMistakes: Wrong[] = [
  {
    way: "template misnamed",
    check: "template",
    saw: 'no JWT template "fauna", but "Fauna-"',
    mend: 'Rename that one to "fauna"',
    spoil({ clerk, fauna: { audience: aud } }) {
      clerk.removeTemplate("fauna");
      clerk.setTemplate("Fauna-", { claims: { aud } });
      clerk.setTemplate("supabase", { claims: {} });
    },
  },
  {
    way: "no template",
    check: "template",
    saw: 'no JWT template "fauna"',
    mend: "Run fauna-clerk init",
    spoil: ({ clerk }) => clerk.removeTemplate("fauna"),
  },
  {
    way: "template without aud",
    check: "template audience",
    saw: refusals.no_audience.what,
    mend: mendOf("no_audience"),
    spoil: (world) => setClaims(world, { email: "{{user.primary_email_address}}" }),
  },
  {
    way: "template with an aud of something else",
    check: "template audience",
    saw: refusals.no_fauna_audience.what,
    mend: mendOf("no_fauna_audience"),
    spoil: (world) => setClaims(world, { aud: "https://api.example.test" }),
  },
  {
    way: "template with two auds",
    check: "template audience",
    saw: refusals.several_audiences.what,
    mend: mendOf("several_audiences"),
    spoil: (world) => setClaims(world, { aud: [world.fauna.audience, OTHER_DATABASE] }),
  },
  {
    way: "template with the aud of another database",
    check: "template audience",
    saw: refusals.other_audience.what,
    mend: mendOf("other_audience"),
    spoil: (world) => setClaims(world, { aud: OTHER_DATABASE }),
  },
  {
    way: "reserved claim",
    check: "template claims",
    saw: "sub is reserved",
    mend: "Take it out",
    spoil: (world) => showTemplate(world, { claims: { aud: world.fauna.audience, sub: "x" } }),
  },
  {
    way: "template with the organization's role, but not its id",
    check: "template claims",
    saw: "aud, role: organizations, but no org_id",
    mend: 'add "org_id": "{{org.id}}"',
    status: "warn",
    spoil: (world) => setClaims(world, { aud: world.fauna.audience, role: "{{org.role}}" }),
  },
  {
    way: "template with a signing key of its own",
    check: "template algorithm",
    saw: "HS256 with a key of your own",
    mend: mendOf("not_rs256"),
    spoil: (world) => showTemplate(world, { signing_algorithm: "HS256", custom_signing_key: true }),
  },
  {
    way: "tokens that live too short",
    check: "template lifetime",
    saw: "10 s",
    mend: "Set at least 30 s",
    spoil: (world) => showTemplate(world, { lifetime: 10 }),
  },
  {
    way: "tokens that live for a day",
    check: "template lifetime",
    saw: "86400 s",
    mend: "Set 60 s",
    status: "warn",
    spoil: (world) => showTemplate(world, { lifetime: 86_400 }),
  },
];

const tokenMistakes: Wrong[] = [
  {
    way: "the secret of a key for a token",
    check: "token",
    saw: refusals.not_a_jwt.what,
    mend: mendOf("not_a_jwt"),
    spoil: (world) => (world.token = "fnSecretOfAKey"),
  },
  {
    way: "alg HS256",
    check: "token algorithm",
    saw: "It is signed with HS256",
    mend: mendOf("not_rs256"),
    spoil: (world) => signWithOwnKey(world, { header: { alg: "HS256" } }),
  },
  {
    way: "no iss",
    check: "token issuer",
    saw: refusals.no_issuer.what,
    mend: mendOf("no_issuer"),
    spoil: (world) => signWithOwnKey(world, { claims: { iss: undefined } }),
  },
  {
    way: "token of another issuer",
    check: "token issuer",
    saw: refusals.wrong_issuer.what,
    mend: mendOf("wrong_issuer"),
    async spoil(world) {
      const other = await anotherClerk();
      other.setTemplate("fauna", { claims: { aud: world.fauna.audience } });
      world.token = await other.mint("user_ada", "fauna");
    },
  },
  {
    way: "no kid",
    check: "token key",
    saw: refusals.no_kid.what,
    mend: mendOf("no_kid"),
    spoil: (world) => signWithOwnKey(world, { header: { kid: undefined } }),
  },
  {
    way: "key of another instance",
    check: "token key",
    saw: refusals.unknown_key.what,
    mend: mendOf("unknown_key"),
    spoil: (world) => signWithOwnKey(world, { header: { kid: "ins_other" } }),
  },
  {
    way: "claims changed afterwards",
    check: "token signature",
    saw: refusals.bad_signature.what,
    mend: mendOf("bad_signature"),
    spoil: (world) => (world.token = tamper(world.token, { sub: "user_grace" })),
  },
  {
    way: "no aud",
    check: "token audience",
    saw: refusals.no_audience.what,
    mend: mendOf("no_audience"),
    spoil: (world) => signWithOwnKey(world, { claims: { aud: undefined } }),
  },
  {
    way: "two auds",
    check: "token audience",
    saw: refusals.several_audiences.what,
    mend: mendOf("several_audiences"),
    spoil: (world) =>
      signWithOwnKey(world, { claims: { aud: [world.fauna.audience, OTHER_DATABASE] } }),
  },
  {
    way: "other database's aud",
    check: "token audience",
    saw: refusals.other_audience.what,
    mend: mendOf("other_audience"),
    spoil: (world) => signWithOwnKey(world, { claims: { aud: OTHER_DATABASE } }),
  },
  {
    way: "expired",
    check: "token times",
    saw: "It expired ",
    mend: mendOf("expired"),
    spoil: (world) => signWithOwnKey(world, { claims: { exp: now() - 30 } }),
  },
  {
    way: "not valid yet",
    check: "token times",
    saw: "It is valid only in ",
    mend: mendOf("not_yet_valid"),
    spoil: (world) => signWithOwnKey(world, { claims: { nbf: now() + 30 } }),
  },
  {
    way: "float exp, long past",
    check: "token times",
    saw: "exp 1000",
    mend: "Make exp an integer",
    spoil: (world) =>
      signWithOwnKey(world, {
        text: (payload) => payload.replace(/"exp":\d+/, '"exp":1000.0'),
      }),
  },
  {
    way: "exp in text",
    check: "token times",
    saw: 'exp "1000"',
    mend: "Make exp an integer",
    spoil: (world) => signWithOwnKey(world, { claims: { exp: "1000" } }),
  },
  {
    way: "no exp",
    check: "token times",
    saw: "exp is missing",
    mend: "Make exp an integer",
    spoil: (world) => signWithOwnKey(world, { claims: { exp: undefined } }),
  },
  {
    way: "no sub",
    check: "token subject",
    saw: "sub undefined",
    mend: "guard it with Query.token()?.sub != null",
    spoil: (world) => signWithOwnKey(world, { claims: { sub: undefined } }),
  },
  {
    way: "role predicate false",
    check: "query",
    saw: refusals.no_role_applies.what,
    mend: mendOf("no_role_applies"),
    spoil: (world) =>
      updateProvider(world, `roles: [{ role: "user", predicate: "jwt => jwt.org == 'acme'" }]`),
  },
  {
    way: "401 for a reason that nobody sees",
    check: "query",
    saw: refusals.unknown.what,
    mend: mendOf("unknown"),
    spoil: ({ fauna, token }) =>
      fauna.faults.respond(
        { status: 401, body: { error: { code: "unauthorized", message: "…" } } },
        { match: ({ headers }) => headers["authorization"] === `Bearer ${token}` },
      ),
  },
  {
    way: "server that breaks down on the token",
    check: "query",
    saw: "HTTP 500",
    mend: "Send the token as Clerk made it",
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
    async ({ check, saw, mend, spoil, root = false, status = "fail" }) => {
      const world = await startDoctorWorld({ root });
      await spoil(world);
      const { code, json } = await world.doctor("--json");
      const results = json.checks as Result[];
      const found = results.filter((result) => /fail|warn/.test(result.status));
      expect(found).toEqual([
        {
          name: check,
          status,
          saw: expect.stringContaining(saw),
          mend: expect.stringContaining(mend),
        },
      ]);
      for (const result of results)
        if (result.status === "skip") expect(result.saw).toMatch(/^Waits for: /);
      expect([code, json.ok]).toEqual(status === "fail" ? [1, false] : [0, true]);
    },
  );
});
