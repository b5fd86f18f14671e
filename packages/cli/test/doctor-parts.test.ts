import { describe, expect, test } from "vitest";
import { fetchPublic } from "../src/doctor/ask";
import { similarNames } from "../src/doctor/similar-names";
import { unguardedClaims } from "../src/doctor/unguarded-claims";
import { makeToken } from "../../../test/support/token";
import { decodeToken } from "../src/doctor/read-token";

describe("ask", () => {
  const url = new URL("https://fauna.example.test:8443/ping");
  const failing = (cause: object) => ({
    fetch: () => Promise.reject(new TypeError("fetch failed", { cause })),
    signal: new AbortController().signal,
  });

  test.each([
    ["ENOTFOUND", "its name is unknown", "DNS"],
    ["ECONNREFUSED", "nothing listens there", "8443"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "its certificate is not trusted", "NODE_EXTRA_CA_CERTS"],
    ["CERT_HAS_EXPIRED", "its certificate is not trusted", "browsers trust"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "its certificate is not trusted", "for this host"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "it does not speak TLS", "Put TLS in front of it"],
    ["EHOSTDOWN", "the host is down", "the network"],
  ])("explains %s", async (code, what, fix) => {
    await expect(
      fetchPublic(failing({ code, message: "the host is down" }), url),
    ).rejects.toMatchObject({
      message: `https://fauna.example.test:8443: ${what} (${code}).`,
      fix: expect.stringContaining(fix),
    });
  });

  test("explains silence", async () => {
    const fetch = () => Promise.reject(new DOMException("timed out", "TimeoutError"));
    const { signal } = new AbortController();
    await expect(fetchPublic({ fetch, signal }, url)).rejects.toMatchObject({
      message: "https://fauna.example.test:8443: it is silent for 10 s (TimeoutError).",
    });
  });
});

describe("similarNames", () => {
  test.each([
    ["Fauna", "in other letters"],
    ["FAUNA_", "with punctuation"],
    ["fauna-prod", "with more"],
    ["fuana", "with letters swapped"],
    ["faun", "cut short"],
  ])("finds %s: %s", (name) => {
    expect(similarNames("fauna", ["supabase", name, "hasura"])).toEqual([name]);
  });

  test("finds nothing in names that nobody would mistake", () => {
    expect(similarNames("fauna", ["supabase", "hasura", "convex", "_"])).toEqual([]);
  });
});

describe("unguardedClaims", () => {
  const claimsOf = (read: boolean | string) =>
    unguardedClaims({ name: "user", privileges: [{ resource: "Todo", actions: { read } }] });

  test.each([
    "d => d.owner == Query.token()!.sub",
    "(d) => Query.token()?.sub == d.owner",
    "(d) => d.done != null && d.owner == Query.token().sub",
  ])("tells of %s", (predicate) => {
    expect(claimsOf(predicate)).toEqual(["Todo.read (sub)"]);
  });

  test.each([
    "d => Query.token()?.sub != null && d.owner == Query.token()!.sub",
    "d => null != Query.token()?.sub && d.owner == Query.token()!.sub",
    "d => { let t = Query.token()!; d.public }",
    "d => d.owner != Query.token()!.sub",
    true,
  ])("is content with %s", (predicate) => {
    expect(claimsOf(predicate)).toEqual([]);
  });

  test("wants a guard for each claim", () => {
    const predicate =
      "d => Query.token()!.sub != null && d.owner == Query.token()!.sub && d.org == Query.token()!.org_id";
    expect(claimsOf(predicate)).toEqual(["Todo.read (org_id)"]);
  });

  test("takes a single privilege, none, and a role that is not there", () => {
    const privileges = { resource: "Todo", actions: { delete: "d => d.a == Query.token()!.b" } };
    expect(unguardedClaims({ name: "user", privileges })).toEqual(["Todo.delete (b)"]);
    expect(unguardedClaims({ name: "user" })).toEqual([]);
    expect(unguardedClaims(undefined)).toEqual([]);
  });
});

describe("readToken", () => {
  test("tells integers from other numbers, as Fauna does", () => {
    expect(decodeToken(makeToken({ exp: 1000 }))).toMatchObject({
      exp: 1000n,
      claims: { exp: 1000 },
    });
    const payload = Buffer.from('{"exp":1000.0}').toString("base64url");
    const token = makeToken({}).replace(/\..*\./, `.${payload}.`);
    expect(decodeToken(token)).toMatchObject({ exp: 1000, claims: { exp: 1000 } });
  });

  test.each(["", "fnSecret", "a.b.c", "e30.W10.x", "e30.bnVsbA.x"])("takes %j for none", (text) => {
    expect(decodeToken(text)).toBeUndefined();
  });
});
