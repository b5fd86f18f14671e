import { startLocalFauna } from "@fauna-clerk/local";
import { expect, onTestFinished, test } from "vitest";
import { ask } from "../../../../test/support/ask";
import { startClerk } from "../../../../test/support/clerk/start-clerk";

/** A root database whose provider, below `scope`, trusts a Clerk; and what a user of it gets to hear. */
async function asUser(scope: string): Promise<{ audience: string; answer: any }> {
  const fauna = await startLocalFauna({ root: true });
  onTestFinished(() => fauna.close());
  const clerk = await startClerk();
  const admin = `${fauna.secret}${scope}`;
  await ask(fauna, fauna.secret, `Database.create({ name: "app" })`);
  await ask(fauna, admin, `Role.create({ name: "user" })`);
  const provider = `{ name: "Clerk", issuer: "${clerk.issuer}", jwks_uri: "${clerk.jwksUri}", roles: ["user"] }`;
  const { audience } = (await ask(fauna, admin, `AccessProvider.create(${provider})`)).data;
  const token = await clerk.mint("user_ada", "fauna", { claims: { aud: audience } });
  return { audience, answer: await ask(fauna, token, "Query.token()!.sub") };
}

test("the root database has an audience and refuses every token", async () => {
  const { audience, answer } = await asUser("");
  expect(audience).toBe("https://db.fauna.com/db/yyyyyyyyyyyyy");
  expect(answer).toMatchObject({ status: 401, error: { code: "unauthorized" } });
});

test("a database below the root takes tokens", async () => {
  const { answer } = await asUser(":app:admin");
  expect(answer).toMatchObject({ status: 200, data: "user_ada" });
});
