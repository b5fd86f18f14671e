import { createClerkClient } from "@clerk/backend";
import { expect, test } from "vitest";
import type { LocalClerk } from "../../src/index";
import { claimsOf } from "../../../../test/support/clerk/claims";
import { startClerk } from "../../../../test/support/clerk/start-clerk";

const sessionsOf = ({ url, secretKey }: LocalClerk, key = secretKey) =>
  createClerkClient({ secretKey: key, apiUrl: url }).sessions;

test("makes a token of a session from a template, a new one for each call", async () => {
  const clerk = await startClerk({ templates: { fauna: { claims: { aud: "db" } } } });
  const id = clerk.signIn("user_ada");
  const first = await sessionsOf(clerk).getToken(id, "fauna");
  const second = await sessionsOf(clerk).getToken(id, "fauna");
  expect(claimsOf(first.jwt)).toMatchObject({ sub: "user_ada", aud: "db" });
  expect(second.jwt).not.toBe(first.jwt);
});

test("makes Clerk's own token of a session", async () => {
  const clerk = await startClerk();
  const id = clerk.signIn("user_ada");
  const { jwt } = await sessionsOf(clerk).getToken(id);
  expect(claimsOf(jwt)).toMatchObject({ sub: "user_ada", sid: id });
});

test.each([
  ["a session that there is not", "sess_none", "fauna"],
  ["a template that there is not", undefined, "other"],
])("says 404 for %s", async (_name, session, template) => {
  const clerk = await startClerk({ templates: { fauna: { claims: {} } } });
  const id = clerk.signIn("user_ada");
  const token = sessionsOf(clerk).getToken(session ?? id, template);
  await expect(token).rejects.toMatchObject({ status: 404 });
});

test("says 404 for a session that has ended, and 401 for another secret key", async () => {
  const clerk = await startClerk({ templates: { fauna: { claims: {} } } });
  const id = clerk.signIn("user_ada");
  const stranger = sessionsOf(clerk, "sk_live_other").getToken(id, "fauna");
  await expect(stranger).rejects.toMatchObject({ status: 401 });
  clerk.revokeSession(id);
  await expect(sessionsOf(clerk).getToken(id, "fauna")).rejects.toMatchObject({ status: 404 });
});
