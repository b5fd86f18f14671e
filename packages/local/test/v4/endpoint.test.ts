import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterAll, beforeAll, expect, test } from "vitest";

let fauna: LocalFauna;
beforeAll(async () => {
  fauna = await startLocalFauna();
});
afterAll(() => fauna.close());

const PATHS: readonly (readonly [path: string, methods: readonly string[]])[] = [
  ["/", ["GET", "POST"]],
  ["/linearized", ["POST"]],
];
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const HEADERS: readonly (readonly [headers: Record<string, string>, fault: string | null])[] = [
  [{}, null],
  [
    { "x-faunadb-api-version": "99" },
    "Invalid header 'x-faunadb-api-version': Unsupported or invalid API version '99'.",
  ],
  [{ "x-query-timeout": "a" }, "Invalid header 'x-query-timeout': Invalid number 'a'."],
];
const SECRETS = ["Bearer secret", "Bearer nobodys", ""];
const BODIES: readonly (readonly [body: string, fault: string | null])[] = [
  ["1", null],
  ["", "No query provided."],
  ["{", "Request body is not valid JSON."],
];

function wanted(
  [headersFault, secret, isAllowed, bodyFault]: readonly [
    string | null,
    string,
    boolean,
    string | null,
  ],
  methods: readonly string[],
): [status: number, description?: string] {
  if (headersFault !== null) return [400, headersFault];
  if (secret !== SECRETS[0]) return [401, "Unauthorized"];
  if (!isAllowed) return [405, `Allowed methods are ${methods.join(", ")}.`];
  return bodyFault === null ? [200] : [400, bodyFault];
}

const CASES = PATHS.flatMap(([path, methods]) =>
  METHODS.flatMap((method) =>
    HEADERS.flatMap(([headers, headersFault]) =>
      SECRETS.flatMap((secret) =>
        BODIES.filter(([body]) => method !== "GET" || body === "").map(([body, bodyFault]) => ({
          path,
          request: { method, headers: { ...headers, authorization: secret }, body },
          wanted: wanted([headersFault, secret, methods.includes(method), bodyFault], methods),
        })),
      ),
    ),
  ),
);

test("headers are judged before the secret, the secret before the method and that before the body", async () => {
  for (const { path, request, wanted } of CASES) {
    const { body, ...rest } = request;
    const answer = await fetch(fauna.url + path, body === "" ? rest : request);
    const { errors } = (await answer.json()) as { errors?: { description: string }[] };
    const got = errors ? [answer.status, errors[0]!.description] : [answer.status];
    expect(got, JSON.stringify([path, request])).toEqual(wanted);
  }
});

test.each(PATHS)("what %s does not serve is told with what it does", async (path, methods) => {
  const headers = { authorization: "Bearer secret" };
  const answer = await fetch(fauna.url + path, { method: "DELETE", headers });
  expect([answer.status, answer.headers.get("allow")]).toEqual([405, methods.join(", ")]);
});
