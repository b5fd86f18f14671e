import { describe, expect, test } from "vitest";

import { originOf, parseEndpoint } from "../../src/client/endpoint";

const codeOf = (endpoint: unknown, allowInsecure?: boolean): unknown => {
  try {
    parseEndpoint(endpoint as string, allowInsecure);
  } catch (error) {
    return (error as { code: unknown }).code;
  }
  return "taken";
};

describe("plain http", () => {
  test.each([
    "http://localhost:8443",
    "http://fauna.localhost",
    "http://127.0.0.1",
    "http://127.1.2.3:8443",
    "http://127.0.10.254",
    "http://[::1]:8443",
    "http://LOCALHOST",
  ])("is accepted for the loopback host of %s", (endpoint) => {
    expect(codeOf(endpoint)).toBe("taken");
  });

  test.each([
    "http://fauna.example.test",
    "http://localhost.example.test",
    "http://127.0.0.1.example.test",
    "http://notlocalhost",
    "http://10.0.0.1",
    "http://0.0.0.0",
    "http://[::2]",
    "http://128.0.0.1",
  ])("is refused for %s", (endpoint) => {
    expect(codeOf(endpoint)).toBe("insecure_endpoint");
  });

  test("is accepted for any host if that is allowed", () => {
    expect(codeOf("http://fauna.example.test", true)).toBe("taken");
  });
});

describe("an endpoint", () => {
  test.each([
    ["https://fauna.example.test", "https://fauna.example.test/"],
    ["https://fauna.example.test/p", "https://fauna.example.test/p/"],
    ["https://fauna.example.test/p", "https://Fauna.example.test:443/p//"],
    ["https://fauna.example.test/p", "https://fauna.example.test/p/?"],
    ["https://fauna.example.test/p", "https://fauna.example.test/p#"],
  ])("that is %s is the same as %s", (one, other) => {
    expect(parseEndpoint(other).href).toBe(parseEndpoint(one).href);
  });

  test.each([undefined, null, ""])("is required (%s)", (endpoint) => {
    expect(codeOf(endpoint)).toBe("no_endpoint");
  });

  test.each([
    "fauna.example.test",
    "localhost:8443",
    "ftp://fauna.example.test",
    "xhttps://fauna.example.test",
    "https://",
    "https://user@fauna.example.test",
    "https://user:password@fauna.example.test",
    "https://:password@fauna.example.test",
    "https://fauna.example.test/?a=b",
    "https://fauna.example.test/#a",
    "javascript:alert(1)",
  ])("cannot be %s", (endpoint) => {
    expect(codeOf(endpoint)).toBe("malformed_endpoint");
  });

  test("keeps its path", () => {
    expect(parseEndpoint("https://example.test/fauna").href).toBe("https://example.test/fauna");
  });

  test("is not repeated in the error, as it may hold a password", () => {
    const parse = () => parseEndpoint("https://user:hunter2@fauna.example.test");
    expect(parse).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("hunter2") }),
    );
  });
});

test.each<[string, () => unknown, string]>([
  [
    "no URL",
    () => parseEndpoint("x"),
    "endpoint: pass the URL of your Fauna server, such as https:",
  ],
  ["plain http", () => parseEndpoint("http://x.test"), "endpoint: use https, or set allowInsecure"],
  ["no URL", () => originOf("x"), "Authorized fetch: pass a URL such as https://api.example.com"],
])("the error of %s tells what to pass", (_, parse, message) => {
  expect(parse).toThrow(message);
});
