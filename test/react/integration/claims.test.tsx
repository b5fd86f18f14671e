import { render, screen, waitFor } from "@testing-library/react";
import { fql } from "fauna";
import { type FaunaClaims, FaunaProvider, useFaunaClaims, useFaunaQuery } from "fauna-clerk";
import { startLocalClerk, startLocalFauna } from "@fauna-clerk/local";

import type { ReactNode } from "react";
import { describe, expect, onTestFinished, test } from "vitest";

import { modes } from "../../support/modes";

/** What the template adds, as docs/claims.md has it. */
type Custom = { email: string | null; role: string | null };

const template = {
  email: "{{user.primary_email_address}}",
  role: "{{user.public_metadata.role}}",
};

const users = [
  { id: "user_ada", email: "ada@example.test", publicMetadata: { role: "moderator" } },
  { id: "user_grace", email: "grace@example.test" },
];

/** Two ways to use a claim on Fauna's side: in what a role allows, and in who has a role. */
const roles = [
  {
    name: "user",
    privileges: [
      {
        resource: "Post",
        actions: { read: "post => !post.draft || Query.token()?.role == 'moderator'" },
      },
    ],
  },
  { name: "moderator", privileges: [{ resource: "Report", actions: { read: true } }] },
];

async function setUp() {
  const clerk = await startLocalClerk({ users });
  const fauna = await startLocalFauna({
    seed: [
      `Collection.create({ name: "Post" })
       Collection.create({ name: "Report" })`,
      `Post.create({ title: "Hello", draft: false })
       Post.create({ title: "Not yet", draft: true })
       Report.create({ title: "Spam" })`,
    ],
    roles,
    accessProviders: [
      {
        name: "Clerk",
        issuer: clerk.issuer,
        jwks_uri: clerk.jwksUri,
        roles: ["user", { role: "moderator", predicate: "token => token.role == 'moderator'" }],
      },
    ],
  });
  clerk.setTemplate("fauna", { claims: { aud: fauna.audience, ...template } });
  onTestFinished(async () => {
    await fauna.close();
    await clerk.close();
  });
  const app = (userId: string | null, children: ReactNode, more = {}): ReactNode => (
    <FaunaProvider
      endpoint={fauna.url}
      userId={userId}
      getToken={({ template }) => clerk.mint(userId!, template)}
      {...more}
    >
      {children}
    </FaunaProvider>
  );
  return { fauna, clerk, app };
}

type Result = ReturnType<typeof useFaunaClaims<Custom>>;

function Claims({ record }: { record?(result: Result): void }) {
  const result = useFaunaClaims<Custom>();
  record?.(result);
  const { data, error, loading } = result;
  const text = data ? `${data.sub} ${data.email} ${data.role}` : "nothing";
  return <p data-testid="claims">{loading ? "loading" : (error?.message ?? text)}</p>;
}

const posts = fql<string[]>`Post.all().map(.title).toArray()`;
const reports = fql<string[]>`Report.all().map(.title).toArray()`;

function Titles({ query }: { query: typeof posts }) {
  const { data, error } = useFaunaQuery(query);
  return <p data-testid="titles">{error?.message ?? JSON.stringify(data)}</p>;
}

const shows = (id: string, text: string): Promise<void> =>
  waitFor(() => expect(screen.getByTestId(id).textContent).toBe(text));

describe.each(modes)("$mode", ({ wrap }) => {
  test("the claims of the template arrive as the server reads them", async () => {
    const { app } = await setUp();
    render(wrap(app("user_ada", <Claims />)));
    await shows("claims", "user_ada ada@example.test moderator");
  });

  test("a claim without a value is null", async () => {
    const { app } = await setUp();
    render(wrap(app("user_grace", <Claims />)));
    await shows("claims", "user_grace grace@example.test null");
  });

  test("a switch of user never shows the previous user's claims", async () => {
    const { app } = await setUp();
    const seen = new Set<string | undefined>();
    const claims = <Claims record={({ data }) => void seen.add(data?.sub)} />;
    const { rerender } = render(wrap(app("user_ada", claims)));
    await shows("claims", "user_ada ada@example.test moderator");
    seen.clear();
    rerender(wrap(app("user_grace", claims)));
    await shows("claims", "user_grace grace@example.test null");
    expect([...seen]).toEqual([undefined, "user_grace"]);
  });

  test("while nobody is signed in there are no claims, and no error", async () => {
    const { app } = await setUp();
    render(wrap(app(null, <Claims />)));
    await shows("claims", "nothing");
  });

  describe.each([
    ["in what a role allows", posts, `["Hello","Not yet"]`, `["Hello"]`],
    ["in who has a role", reports, `["Spam"]`, "[]"],
  ])("a predicate on the claim %s", (_, query, seen, seenWithout) => {
    test("lets in a user with the claim", async () => {
      const { app } = await setUp();
      render(wrap(app("user_ada", <Titles query={query} />)));
      await shows("titles", seen);
    });

    test("keeps out a user without it", async () => {
      const { app } = await setUp();
      render(wrap(app("user_grace", <Titles query={query} />)));
      await shows("titles", seenWithout);
    });
  });
});

function Shown<T>({ show }: { show(claims: FaunaClaims & T): unknown }) {
  const { data } = useFaunaClaims<T, string>({ select: (claims) => String(show(claims)) });
  return <p data-testid="shown">{data}</p>;
}

test("a part of the claims can be selected", async () => {
  const { app } = await setUp();
  render(app("user_ada", <Shown<Custom> show={({ email }) => email} />));
  await shows("shown", "ada@example.test");
});

test("times are numbers", async () => {
  const { app } = await setUp();
  const shown = <Shown show={({ exp, iat, nbf }) => [exp, iat, nbf].map((each) => typeof each)} />;
  render(app("user_ada", shown));
  await shows("shown", "number,number,number");
});

test("times are bigints if the driver's longs are", async () => {
  const { app } = await setUp();
  const shown = <Shown show={({ exp, iat, nbf }) => [exp, iat, nbf].map((each) => typeof each)} />;
  render(app("user_ada", shown, { client: { long_type: "bigint" } }));
  await shows("shown", "bigint,bigint,bigint");
});

test("the secret of a key has no claims", async () => {
  const { app, fauna } = await setUp();
  const shown = <Shown show={(claims) => claims} />;
  render(app("user_ada", shown, { getToken: async () => fauna.secret }));
  await shows("shown", "null");
});
