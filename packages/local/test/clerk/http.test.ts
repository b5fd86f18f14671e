import { expect, test } from "vitest";
import type { LocalClerk } from "../../src/index";
import { startClerk } from "../../../../test/support/clerk/start-clerk";

const page = { origin: "http://127.0.0.1:5173", "sec-fetch-site": "same-site" };

interface Answer {
  status: number;
  cookie: string | null;
  body: { response: { id: string; sessions: { user: { id: string } }[] } };
}

async function getClient(local: LocalClerk, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(`${local.url}/v1/client`, { headers });
  const cookie = response.headers.get("set-cookie")?.split(";")[0] ?? null;
  return { status: response.status, cookie, body: (await response.json()) as Answer["body"] };
}

async function signIn(local: LocalClerk, ticket: string, headers: Record<string, string>) {
  const body = new URLSearchParams({ strategy: "ticket", ticket });
  await fetch(`${local.url}/v1/client/sign_ins`, { method: "POST", body, headers });
}

test("listens on loopback and nowhere else", async () => {
  const local = await startClerk();
  expect(new URL(local.url).hostname).toBe("127.0.0.1");
});

test("keeps two browsers with a cookie jar apart", async () => {
  const local = await startClerk();
  const first = await getClient(local, page);
  await signIn(local, "user_ada", { ...page, cookie: first.cookie! });
  const again = await getClient(local, { ...page, cookie: first.cookie! });
  expect(again.body.response.sessions.map(({ user }) => user.id)).toEqual(["user_ada"]);
  const second = await getClient(local, page);
  expect(second.body.response.sessions).toEqual([]);
});

test("gives a browser with a stale cookie a new client", async () => {
  const local = await startClerk();
  const port = new URL(local.url).port;
  const { cookie } = await getClient(local, { ...page, cookie: `__client_${port}=client_gone` });
  expect(cookie).toMatch(new RegExp(`^__client_${port}=client_(?!gone)`));
});

test("shares one client among all that keep no cookies", async () => {
  const local = await startClerk();
  await signIn(local, "user_ada", {});
  const elsewhere = { origin: "http://localhost:5173", "sec-fetch-site": "cross-site" };
  const { body, cookie } = await getClient(local, elsewhere);
  expect(body.response.sessions.map(({ user }) => user.id)).toEqual(["user_ada"]);
  expect(cookie).toBeNull();
});

test("lets a page on any origin read its answers with credentials", async () => {
  const local = await startClerk();
  const { headers } = await fetch(`${local.url}/v1/client`, { headers: page });
  expect(headers.get("access-control-allow-origin")).toBe(page.origin);
  expect(headers.get("access-control-allow-credentials")).toBe("true");
});

test("answers a preflight without logging it", async () => {
  const local = await startClerk();
  const headers = { ...page, "access-control-request-headers": "authorization" };
  const response = await fetch(`${local.url}/v1/client`, { method: "OPTIONS", headers });
  expect(response.status).toBe(204);
  expect(response.headers.get("access-control-allow-headers")).toBe("authorization");
  expect(local.requests).toEqual([]);
});

test("names what it lacks", async () => {
  const local = await startClerk();
  const response = await fetch(`${local.url}/v1/client/sign_ups`, { method: "POST" });
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({
    errors: [{ long_message: "The local Clerk has no POST /v1/client/sign_ups" }],
  });
});

test("refuses a session of another browser", async () => {
  const local = await startClerk();
  const sessionId = local.signIn("user_ada", { browser: "first" });
  const path = `/v1/client/sessions/${sessionId}/tokens/fauna`;
  const own = await fetch(`${local.browserUrl("first")}${path}`, { method: "POST" });
  const other = await fetch(`${local.browserUrl("second")}${path}`, { method: "POST" });
  expect([own.status, other.status]).toEqual([200, 404]);
});

test("logs each request with the method that was meant", async () => {
  const local = await startClerk();
  await fetch(`${local.url}/v1/client/sessions?_method=DELETE`, { method: "POST" });
  expect(local.requests).toMatchObject([
    { method: "DELETE", path: "/v1/client/sessions", status: 200 },
  ]);
});

test("answers a failure that was switched on with Clerk's body and CORS", async () => {
  const local = await startClerk();
  local.faults.fail({ status: 429, headers: { "retry-after": "3" } });
  const response = await fetch(`${local.url}/v1/client`, { headers: page });
  expect(response.status).toBe(429);
  expect(response.headers.get("retry-after")).toBe("3");
  expect(response.headers.get("access-control-allow-origin")).toBe(page.origin);
  expect(await response.json()).toMatchObject({ errors: [{ code: "too_many_requests" }] });
});

test("drops the socket when told to", async () => {
  const local = await startClerk();
  local.faults.drop("before");
  await expect(fetch(`${local.url}/v1/client`)).rejects.toThrow();
  expect((await fetch(`${local.url}/v1/client`)).status).toBe(200);
});
