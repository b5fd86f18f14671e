import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from "jose";
import { expect, test } from "vitest";
import { startLocalClerk, type LocalClerk } from "../../src/index";
import { claimsOf } from "../../../../test/support/clerk/claims";
import { startClerk } from "../../../../test/support/clerk/start-clerk";

async function tokenOf(local: LocalClerk, sessionId: string, headers = {}): Promise<string> {
  const path = `/v1/client/sessions/${sessionId}/tokens/fauna`;
  const response = await fetch(`${local.url}${path}`, { method: "POST", headers });
  return ((await response.json()) as { jwt: string }).jwt;
}

test("starts with demo users in two, one and no organization", async () => {
  const { users } = await startClerk();
  expect(users.map(({ organizations }) => organizations.length)).toEqual([2, 1, 0]);
});

test("takes users of the caller's own and makes up the rest", async () => {
  const { users } = await startClerk({ users: [{ email: "a@example.test" }] });
  expect(users).toMatchObject([{ id: expect.stringMatching(/^user_/) as string, firstName: null }]);
});

test("refuses two users with one id", async () => {
  const local = await startClerk();
  expect(() => local.addUser({ id: "user_ada" })).toThrow("Two users have the id user_ada.");
});

test("issues https addresses on its own host and port", async () => {
  const { url, issuer, jwksUri } = await startClerk();
  expect(issuer).toBe(url.replace("http:", "https:"));
  expect(jwksUri).toBe(`${issuer}/.well-known/jwks.json`);
});

test("publishes one RS256 key and nothing private", async () => {
  const local = await startClerk();
  const response = await fetch(`${local.url}/.well-known/jwks.json`);
  const { keys } = (await response.json()) as JSONWebKeySet;
  expect(keys).toMatchObject([{ kty: "RSA", alg: "RS256", use: "sig" }]);
  expect(keys[0]).not.toHaveProperty("d");
});

test("mints tokens without a browser that verify like any other", async () => {
  const local = await startClerk();
  const response = await fetch(`${local.url}/.well-known/jwks.json`);
  const keys = createLocalJWKSet((await response.json()) as JSONWebKeySet);
  const { payload } = await jwtVerify(await local.mint("user_ada", "fauna"), keys);
  expect(payload).toMatchObject({ sub: "user_ada", iss: local.issuer });
});

test("mints a token in an organization", async () => {
  const local = await startClerk({ templates: { org: { claims: { role: "{{org.role}}" } } } });
  const token = await local.mint("user_ada", "org", { organizationId: "org_engine" });
  expect(claimsOf(token)["role"]).toBe("org:admin");
});

test("mints tokens that must be refused", async () => {
  const local = await startClerk();
  const token = await local.mint("user_ada", "fauna", { lifetime: -10, claims: { iss: "else" } });
  const { iat, exp, iss } = claimsOf(token);
  expect([exp! - iat!, iss]).toEqual([-10, "else"]);
});

test("puts the page's origin into azp, and leaves azp out without one", async () => {
  const local = await startClerk();
  const sessionId = local.signIn("user_ada");
  const withOrigin = await tokenOf(local, sessionId, { origin: "http://app.test" });
  expect(claimsOf(withOrigin)["azp"]).toBe("http://app.test");
  expect(claimsOf(await tokenOf(local, sessionId))).not.toHaveProperty("azp");
});

test("puts no session into a template token", async () => {
  const local = await startClerk();
  expect(claimsOf(await local.mint("user_ada", "fauna"))).not.toHaveProperty("sid");
});

test("makes every token a different one", async () => {
  const local = await startClerk();
  const tokens = await Promise.all([1, 2, 3].map(() => local.mint("user_ada", "fauna")));
  expect(new Set(tokens.map((token) => claimsOf(token).jti)).size).toBe(3);
});

test("uses a changed template from the next token on", async () => {
  const local = await startClerk();
  local.setTemplate("fauna", { claims: { aud: "other" }, lifetime: 5, allowedClockSkew: 0 });
  const { aud, iat, nbf, exp } = claimsOf(await local.mint("user_ada", "fauna"));
  expect([aud, exp! - iat!, nbf! - iat!]).toEqual(["other", 5, 0]);
});

test("forgets a removed template", async () => {
  const local = await startClerk();
  local.removeTemplate("fauna");
  await expect(local.mint("user_ada", "fauna")).rejects.toMatchObject({
    status: 404,
    code: "resource_not_found",
  });
});

test.each(["sub", "iss", "exp", "azp", "sid"])(
  "refuses a template that claims %s",
  async (name) => {
    const local = await startClerk();
    expect(() => local.setTemplate("bad", { claims: { [name]: "x" } })).toThrow(
      `Clerk reserves the claim "${name}"`,
    );
  },
);

test("refuses an organization that the user is no member of", async () => {
  const local = await startClerk();
  expect(() => local.signIn("user_alan", { organizationId: "org_navy" })).toThrow(
    "user_alan is no member",
  );
});

test("shows its sessions, ended ones too", async () => {
  const local = await startClerk();
  const sessionId = local.signIn("user_ada", { organizationId: "org_navy" });
  local.revokeSession(sessionId);
  expect(local.sessions).toEqual([
    { id: sessionId, userId: "user_ada", organizationId: "org_navy", status: "revoked" },
  ]);
});

test("frees its port on close", async () => {
  const first = await startLocalClerk();
  await first.close();
  const second = await startLocalClerk({ port: Number(new URL(first.url).port) });
  expect(second.url).toBe(first.url);
  await second.close();
});

test("never issues the session id of another local Clerk", async () => {
  const [one, two] = [await startClerk(), await startClerk()];
  expect(one.signIn("user_ada")).not.toBe(two.signIn("user_ada"));
});

test("publishes no key under the id of another local Clerk's", async () => {
  const [one, two] = [await startClerk(), await startClerk()];
  const idsOf = async ({ url }: LocalClerk): Promise<unknown> => {
    const response = await fetch(`${url}/.well-known/jwks.json`);
    return ((await response.json()) as JSONWebKeySet).keys.map(({ kid }) => kid);
  };
  expect(await idsOf(one)).not.toEqual(await idsOf(two));
});
