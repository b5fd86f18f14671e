import fc from "fast-check";
import { createAuthorizedFetch } from "fauna-clerk/fetch";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import { startFakeFauna } from "../support/fake-fauna";
import { makeToken } from "../support/token";
import { runs } from "../support/runs";

const getToken = async (): Promise<string> => makeToken({ sub: "ada" });

/** Stands in for the network; what it got. */
function stubFetch(): Request[] {
  const sent: Request[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push(request);
    return new Response();
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  return sent;
}

const refused: [string, string | URL][] = [
  ["another host", "https://evil.test/graphql"],
  ["another port", "https://api.test:8443/graphql"],
  ["plain http", "http://api.test/graphql"],
  ["a subdomain", "https://sub.api.test/graphql"],
  ["a host that begins the same", "https://api.test.evil.test/graphql"],
  ["a host behind a backslash", "https:\\\\evil.test\\api.test"],
  ["a URL object", new URL("https://evil.test")],
  ["a path", "/graphql"],
  ["a path that names a host", "//api.test/graphql"],
  ["a name", "graphql"],
  ["nothing", ""],
  ["a blob of the origin", "blob:https://api.test/6a7c"],
  ["data", "data:,hello"],
];

describe("the only origin", () => {
  test.each(refused)("%s is refused", async (_, url) => {
    const sent = stubFetch();
    const fetch = createAuthorizedFetch({ origin: "https://api.test", getToken });
    // The relative ones are refused also where a page's own address would complete them.
    await expect(fetch(url)).rejects.toMatchObject({ code: "foreign_origin" });
    expect(sent).toEqual([]);
  });

  test("a Request to another origin is refused", async () => {
    const sent = stubFetch();
    const fetch = createAuthorizedFetch({ origin: "https://api.test", getToken });
    const request = new Request("https://evil.test");
    await expect(fetch(request)).rejects.toMatchObject({ code: "foreign_origin" });
    expect(sent).toEqual([]);
  });

  test("a URL with the origin as its user name is refused by fetch itself", async () => {
    const sent = stubFetch();
    const fetch = createAuthorizedFetch({ origin: "https://api.test", getToken });
    await expect(fetch("https://api.test@evil.test/")).rejects.toThrow(TypeError);
    expect(sent).toEqual([]);
  });

  test("the error names the origin, the URL and the fix", async () => {
    const fetch = createAuthorizedFetch({ origin: "https://api.test", getToken });
    await expect(fetch("/graphql")).rejects.toThrow(
      "The token is for https://api.test alone, and not sent to /graphql. Pass an absolute URL of that origin",
    );
  });

  test("the error does not quote a URL's query and fragment", async () => {
    const fetch = createAuthorizedFetch({ origin: "https://api.test", getToken });
    const error: unknown = await fetch("https://evil.test/a?variables=secret#secret").catch(
      (reason: unknown) => reason,
    );
    expect(String(error)).toContain("not sent to https://evil.test/a. ");
  });

  test.each([
    ["another spelling", "HTTPS://API.test:443/graphql"],
    ["a path with dots", "https://api.test/a/../graphql"],
    ["a path that looks like a host", "https://api.test//evil.test"],
  ])("%s of the same origin is sent", async (_, url) => {
    const sent = stubFetch();
    await createAuthorizedFetch({ origin: "https://api.test", getToken })(url);
    expect(sent.map((request) => new URL(request.url).origin)).toEqual(["https://api.test"]);
  });

  test("only the origin of a longer URL counts", async () => {
    const sent = stubFetch();
    const origin = new URL("https://api.test/graphql?a=1#b");
    await createAuthorizedFetch({ origin, getToken })("https://api.test/other");
    expect(sent).toHaveLength(1);
  });

  test("no URL takes the token to another origin", async () => {
    const sent = stubFetch();
    const fetch = createAuthorizedFetch({ origin: "https://api.test", getToken });
    const pieces = [
      "https:",
      "http:",
      "/",
      "\\",
      "@",
      ":",
      ".",
      "api.test",
      "evil",
      "?",
      "#",
      "\t",
    ];
    const confusing = fc.array(fc.constantFrom(...pieces)).map((all) => all.join(""));
    const known = (error: { code?: string; name: string }): void =>
      expect([error.code, error.name]).toSatisfy(
        // fetch itself refuses a URL with a user in it.
        ([code, name]) => code === "foreign_origin" || name === "TypeError",
      );
    await fc.assert(
      fc.asyncProperty(fc.oneof(confusing, fc.webUrl(), fc.string()), async (url) => {
        await fetch(url).then(() => undefined, known);
      }),
      runs(500),
    );
    const origins = new Set(sent.map((request) => new URL(request.url).origin));
    expect([...origins].filter((origin) => origin !== "https://api.test")).toEqual([]);
  });
});

describe("a redirect", () => {
  async function setUp() {
    const [own, other] = [await startFakeFauna(), await startFakeFauna()];
    return { own, other, fetch: createAuthorizedFetch({ origin: own.url, getToken }) };
  }
  const to = (location: string, status = 307) => ({ status, headers: { location } });

  test.each([301, 302, 303, 307, 308])("%i to another origin loses the token", async (status) => {
    const { own, other, fetch } = await setUp();
    own.respond = () => to(other.url, status);
    await fetch(own.url, { method: "POST", body: "query" });
    expect(own.requests[0]?.claims).toMatchObject({ sub: "ada" });
    expect(other.requests.map(({ headers }) => headers["authorization"])).toEqual([undefined]);
  });

  test("that comes back from another origin does not restore the token", async () => {
    const { own, other, fetch } = await setUp();
    own.respond = ({ path }) => (path === "/back" ? {} : to(other.url));
    other.respond = () => to(`${own.url}/back`);
    await fetch(own.url);
    expect(own.requests.map(({ token }) => token === "")).toEqual([false, true]);
  });

  test("within the origin keeps it", async () => {
    const { own, fetch } = await setUp();
    own.respond = (_, index) => (index === 0 ? to("/moved") : {});
    await fetch(own.url);
    const [first, second] = own.requests;
    expect(second).toMatchObject({ path: "/moved", token: first?.token });
  });

  test("can be forbidden by the caller", async () => {
    const { own, other, fetch } = await setUp();
    own.respond = () => to(other.url);
    await expect(fetch(own.url, { redirect: "error" })).rejects.toThrow(TypeError);
    expect(other.requests).toEqual([]);
  });
});

describe("an origin", () => {
  const create = (origin: string | URL, allowInsecureEndpoint?: boolean) => () =>
    createAuthorizedFetch({ origin, getToken, allowInsecureEndpoint });
  const failure = (code: string): unknown => expect.objectContaining({ code });

  test.each(["/graphql", "api.test", "", "ftp://api.test", "data:,x", "blob:https://api.test/1"])(
    "%s is malformed",
    (origin) => {
      expect(create(origin)).toThrow(failure("malformed_endpoint"));
    },
  );

  test("in plain http is insecure", () => {
    expect(create("http://api.test")).toThrow(failure("insecure_endpoint"));
  });

  test.each([
    "http://localhost:4000",
    "http://127.0.0.1",
    "http://[::1]:80",
    "http://api.localhost",
  ])("in plain http is accepted for the loopback host of %s", (origin) => {
    expect(create(origin)).not.toThrow();
  });

  test("in plain http may be allowed", () => {
    expect(create("http://api.test", true)).not.toThrow();
  });
});
