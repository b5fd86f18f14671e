// @vitest-environment jsdom
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from "jose";
import { describe, expect, test } from "vitest";
import { eventually } from "../../../../test/support/eventually";
import type { LocalClerk } from "../../src/index";
import { claimsOf } from "../../../../test/support/clerk/claims";
import {
  signInAs,
  signOut,
  switchOrganization,
  switchToUser,
} from "../../../../test/support/clerk/clerk-controls";
import { createClerkV5, createClerkV6 } from "../../../../test/support/clerk/create-clerk";
import { startClerk } from "../../../../test/support/clerk/start-clerk";

async function keysOf(local: LocalClerk): Promise<JSONWebKeySet> {
  const response = await fetch(`${local.url}/.well-known/jwks.json`);
  return (await response.json()) as JSONWebKeySet;
}

describe.each([
  { name: "clerk-js 5", createClerk: createClerkV5 },
  { name: "clerk-js 6", createClerk: createClerkV6 },
])("$name", ({ createClerk }) => {
  test("loads with nobody signed in", async () => {
    const clerk = await createClerk(await startClerk());
    expect(clerk.loaded).toBe(true);
    expect(clerk.session ?? null).toBeNull();
  });

  test("loads with the session that the local Clerk was given", async () => {
    const local = await startClerk();
    const sessionId = local.signIn("user_ada", { organizationId: "org_navy" });
    const clerk = await createClerk(local);
    expect(clerk.session?.id).toBe(sessionId);
    expect(clerk.organization?.id).toBe("org_navy");
  });

  test("signs in with a ticket", async () => {
    const clerk = await createClerk(await startClerk());
    await signInAs(clerk, "user_ada");
    expect(clerk.user?.id).toBe("user_ada");
  });

  test("signs in with identifier and password", async () => {
    const clerk = await createClerk(await startClerk());
    const credentials = { identifier: "grace@example.test", password: "grace" };
    const signIn = await clerk.client!.signIn.create(credentials);
    expect(signIn.status).toBe("complete");
    await clerk.setActive({ session: signIn.createdSessionId! });
    expect(clerk.user?.id).toBe("user_grace");
  });

  test("signs in with the identifier first and the password second", async () => {
    const clerk = await createClerk(await startClerk());
    const started = await clerk.client!.signIn.create({ identifier: "grace@example.test" });
    expect(started.status).toBe("needs_first_factor");
    const done = await started.attemptFirstFactor({ strategy: "password", password: "grace" });
    await clerk.setActive({ session: done.createdSessionId! });
    expect(clerk.user?.id).toBe("user_grace");
  });

  test("refuses a wrong password in Clerk's words", async () => {
    const clerk = await createClerk(await startClerk());
    const credentials = { identifier: "grace@example.test", password: "wrong" };
    await expect(clerk.client!.signIn.create(credentials)).rejects.toMatchObject({
      status: 422,
      errors: [{ code: "form_password_incorrect" }],
    });
  });

  test("refuses an unknown identifier in Clerk's words", async () => {
    const clerk = await createClerk(await startClerk());
    const credentials = { identifier: "nobody@example.test", password: "x" };
    await expect(clerk.client!.signIn.create(credentials)).rejects.toMatchObject({
      errors: [{ code: "form_identifier_not_found" }],
    });
  });

  test("gets a template token that verifies against the published keys", async () => {
    const local = await startClerk();
    const clerk = await createClerk(local);
    await signInAs(clerk, "user_ada");
    const token = await clerk.session!.getToken({ template: "fauna" });
    const verified = await jwtVerify(token!, createLocalJWKSet(await keysOf(local)), {
      issuer: local.issuer,
      audience: "https://db.fauna.com/db/test",
      algorithms: ["RS256"],
    });
    expect(verified.payload.sub).toBe("user_ada");
  });

  test("gets the template's lifetime", async () => {
    const local = await startClerk({ templates: { long: { claims: {}, lifetime: 600 } } });
    const clerk = await createClerk(local);
    await signInAs(clerk, "user_ada");
    const { iat, nbf, exp } = claimsOf(await clerk.session!.getToken({ template: "long" }));
    expect([exp! - iat!, iat! - nbf!]).toEqual([600, 5]);
  });

  test("gets the cached token again, and a new one with skipCache", async () => {
    const clerk = await createClerk(await startClerk());
    await signInAs(clerk, "user_ada");
    const first = await clerk.session!.getToken({ template: "fauna" });
    expect(await clerk.session!.getToken({ template: "fauna" })).toBe(first);
    const fresh = await clerk.session!.getToken({ template: "fauna", skipCache: true });
    expect(claimsOf(fresh).jti).not.toBe(claimsOf(first).jti);
  });

  test("rejects an unknown template with resource_not_found", async () => {
    const clerk = await createClerk(await startClerk());
    await signInAs(clerk, "user_ada");
    await expect(clerk.session!.getToken({ template: "nope" })).rejects.toMatchObject({
      status: 404,
      errors: [{ code: "resource_not_found" }],
    });
  });

  test("gets a session token that carries session and organization", async () => {
    const local = await startClerk();
    const sessionId = local.signIn("user_ada", { organizationId: "org_navy" });
    const clerk = await createClerk(local);
    expect(claimsOf(await clerk.session!.getToken())).toMatchObject({
      sid: sessionId,
      sub: "user_ada",
      v: 2,
      o: { id: "org_navy", slg: "navy", rol: "member" },
    });
  });

  test("switches the organization of the template's tokens", async () => {
    const local = await startClerk({ templates: { org: { claims: { org: "{{org.id}}" } } } });
    const clerk = await createClerk(local);
    await signInAs(clerk, "user_ada");
    await switchOrganization(clerk, "org_engine");
    expect(clerk.organization?.id).toBe("org_engine");
    const token = await clerk.session!.getToken({ template: "org", skipCache: true });
    expect(claimsOf(token)["org"]).toBe("org_engine");
  });

  test("leaves the organization again", async () => {
    const local = await startClerk({ templates: { org: { claims: { org: "{{org.id}}" } } } });
    local.signIn("user_ada", { organizationId: "org_engine" });
    const clerk = await createClerk(local);
    await switchOrganization(clerk, null);
    const token = await clerk.session!.getToken({ template: "org", skipCache: true });
    expect(claimsOf(token)["org"]).toBeNull();
  });

  test("holds two users in one browser and switches between them", async () => {
    const clerk = await createClerk(await startClerk());
    await signInAs(clerk, "user_ada");
    await signInAs(clerk, "user_grace");
    expect(clerk.client!.sessions).toHaveLength(2);
    await switchToUser(clerk, "user_ada");
    expect(claimsOf(await clerk.session!.getToken({ template: "fauna" })).sub).toBe("user_ada");
  });

  test("signs one of two users out", async () => {
    const clerk = await createClerk(await startClerk());
    const adas = await signInAs(clerk, "user_ada");
    await signInAs(clerk, "user_grace");
    await clerk.signOut(() => {}, { sessionId: adas });
    expect(clerk.client!.sessions.map(({ user }) => user?.id)).toEqual(["user_grace"]);
    expect(clerk.user?.id).toBe("user_grace");
  });

  test("lists the user's organizations", async () => {
    const local = await startClerk();
    local.signIn("user_ada");
    const clerk = await createClerk(local);
    const { data } = await clerk.user!.getOrganizationMemberships();
    expect(data.map(({ organization }) => organization.id)).toEqual(["org_engine", "org_navy"]);
  });

  test("keeps the session over a reload of the page", async () => {
    const local = await startClerk();
    const sessionId = await signInAs(await createClerk(local), "user_ada");
    const reloaded = await createClerk(local);
    expect(reloaded.session?.id).toBe(sessionId);
  });

  test("keeps named browsers apart", async () => {
    const local = await startClerk();
    await signInAs(await createClerk(local, { browser: "first" }), "user_ada");
    const second = await createClerk(local, { browser: "second" });
    expect(second.session ?? null).toBeNull();
  });

  test("signs everyone out", async () => {
    const local = await startClerk();
    const clerk = await createClerk(local);
    await signInAs(clerk, "user_ada");
    await signInAs(clerk, "user_grace");
    await signOut(clerk);
    expect(clerk.user ?? null).toBeNull();
    expect(local.sessions.map(({ status }) => status)).toEqual(["removed", "removed"]);
  });

  test("rejects with 401 once the session was revoked", async () => {
    const local = await startClerk();
    const clerk = await createClerk(local);
    local.revokeSession(await signInAs(clerk, "user_ada"));
    const token = clerk.session!.getToken({ template: "fauna", skipCache: true });
    await expect(token).rejects.toMatchObject({ status: 401 });
    await eventually(() => expect(clerk.session).toBeNull());
  });

  test("shows a failure that was switched on as Clerk's", async () => {
    const local = await startClerk();
    const clerk = await createClerk(local);
    await signInAs(clerk, "user_ada");
    local.faults.fail({ status: 403, code: "blocked" }, { match: /\/tokens\/fauna/ });
    await expect(clerk.session!.getToken({ template: "fauna" })).rejects.toMatchObject({
      status: 403,
      errors: [{ code: "blocked" }],
    });
  });

  test("waits for a token that is held back", async () => {
    const local = await startClerk();
    const clerk = await createClerk(local);
    await signInAs(clerk, "user_ada");
    const hold = local.faults.hold({ match: /\/tokens\/fauna/ });
    const token = clerk.session!.getToken({ template: "fauna" });
    await hold.reached();
    hold.release();
    expect(claimsOf(await token).sub).toBe("user_ada");
  });
});
