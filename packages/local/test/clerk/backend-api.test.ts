import { createClerkClient } from "@clerk/backend";
import { expect, test } from "vitest";
import type { LocalClerk } from "../../src/index";
import { claimsOf } from "../../../../test/support/clerk/claims";
import { startClerk } from "../../../../test/support/clerk/start-clerk";

type Api = ReturnType<typeof createClerkClient>["jwtTemplates"];

function apiOf({ url, secretKey }: LocalClerk, key = secretKey): Api {
  return createClerkClient({ secretKey: key, apiUrl: url }).jwtTemplates;
}

/** What Clerk's SDK throws, as far as it is of interest. */
async function failureOf(answer: Promise<unknown>): Promise<[number, string, string]> {
  const error = await answer.then(
    () => expect.unreachable("It did not fail."),
    (cause: any) => cause,
  );
  return [error.status, error.errors[0].code, error.errors[0].longMessage];
}

test("makes a template that tokens come from", async () => {
  const clerk = await startClerk();
  const claims = { aud: "https://db.fauna.com/db/y1", mail: "{{user.primary_email_address}}" };
  await apiOf(clerk).create({ name: "made", claims, lifetime: 120 });
  const token = claimsOf(await clerk.mint("user_ada", "made"));
  expect(token).toMatchObject({ aud: claims.aud, mail: "ada@example.test" });
  expect(token.exp! - token.iat!).toBe(120);
});

test("answers a template with everything that there is to know of it", async () => {
  const api = apiOf(await startClerk());
  const made = await api.create({ name: "made", claims: { a_b: { cD: 1 } } });
  expect(await api.get(made.id)).toMatchObject({
    name: "made",
    claims: { a_b: { cD: 1 } },
    lifetime: 60,
    allowedClockSkew: 5,
    customSigningKey: false,
    signingAlgorithm: "RS256",
  });
});

test("changes a template and keeps what is not said", async () => {
  const clerk = await startClerk();
  const api = apiOf(clerk);
  const { id } = await api.create({ name: "made", claims: { a: 1 }, lifetime: 90 });
  await api.update({ templateId: id, name: "renamed", claims: { b: 2 } });
  expect(await api.get(id)).toMatchObject({ name: "renamed", claims: { b: 2 }, lifetime: 90 });
  expect(claimsOf(await clerk.mint("user_ada", "renamed"))).toMatchObject({ b: 2 });
});

test("lists templates page by page, those of the program too", async () => {
  const clerk = await startClerk({ templates: {} });
  for (const name of ["a", "b", "c"]) clerk.setTemplate(name, { claims: {} });
  const { data, totalCount } = await apiOf(clerk).list({ limit: 2, offset: 1 });
  expect([data.map(({ name }) => name), totalCount]).toEqual([["b", "a"], 3]);
});

test("deletes a template", async () => {
  const clerk = await startClerk();
  const api = apiOf(clerk);
  const { id } = await api.create({ name: "made", claims: {} });
  await api.delete(id);
  expect(await failureOf(api.get(id))).toEqual([
    404,
    "resource_not_found",
    `No JWT template exists with id: ${id}`,
  ]);
});

test.each(["azp", "exp", "iat", "iss", "jti", "nbf", "sub"])("reserves %s", async (claim) => {
  const answer = apiOf(await startClerk()).create({ name: "made", claims: { [claim]: "x" } });
  expect(await failureOf(answer)).toEqual([
    400,
    "jwt_template_reserved_claim",
    `You can't use the reserved claim: '${claim}'`,
  ]);
});

test.each([
  ["no name", { name: "", claims: {} }, "form_param_missing"],
  ["no claims", { name: "made" }, "form_param_missing"],
  ["a lifetime below 30 s", { name: "made", claims: {}, lifetime: 29 }, "form_param_value_invalid"],
  [
    "one above ten years",
    { name: "made", claims: {}, lifetime: 315_360_001 },
    "form_param_value_invalid",
  ],
  [
    "a skew above 300 s",
    { name: "made", claims: {}, allowedClockSkew: 301 },
    "form_param_value_invalid",
  ],
  ["a name that is taken", { name: "fauna", claims: {} }, "form_identifier_exists"],
])("refuses %s", async (_, template, code) => {
  const answer = apiOf(await startClerk()).create(template as any);
  expect((await failureOf(answer)).slice(0, 2)).toEqual([422, code]);
});

test("refuses another secret key", async () => {
  const answer = apiOf(await startClerk(), "sk_test_other").list();
  expect((await failureOf(answer)).slice(0, 2)).toEqual([401, "clerk_key_invalid"]);
});

test("refuses a request without a key", async () => {
  const { url } = await startClerk();
  const response = await fetch(`${url}/v1/jwt_templates`);
  expect([response.status, await response.json()]).toMatchObject([
    401,
    { errors: [{ code: "authorization_header_format_invalid" }] },
  ]);
});

test("shows the keys that the instance signs with", async () => {
  const clerk = await startClerk();
  const { jwks } = createClerkClient({ secretKey: clerk.secretKey, apiUrl: clerk.url });
  const published = await fetch(`${clerk.url}/.well-known/jwks.json`);
  expect(await jwks.getJwks()).toEqual(await published.json());
});
