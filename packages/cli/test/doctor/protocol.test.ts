import { createSecureServer, type Http2SecureServer } from "node:http2";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { checkProtocol } from "../../src/doctor/checks/server-checks";
import { readProtocol } from "../../src/doctor/protocol";

// Of localhost, signed by itself, until 2126. Nobody else trusts it.
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJzBEHATuQIQKV6aS
XWT9s/29cjxRdF6Pil1GiCqWNvShRANCAATKjhqzzWkGksphmzUMxXIs2obpdVSs
eaVrYi7HVJQ8ymwx51AeNbkj0TrtEFPcugGTpdh/aZ5PDQn0VTx1rNuc
-----END PRIVATE KEY-----`;
const cert = `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUK4gMy4QqjgRHzFbnLcoHkhHvu7owCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyOTE0NTUxM1oYDzIxMjYxMTA1
MTQ1NTEzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATKjhqzzWkGksphmzUMxXIs2obpdVSseaVrYi7HVJQ8ymwx51AeNbkj
0TrtEFPcugGTpdh/aZ5PDQn0VTx1rNuco28wbTAdBgNVHQ4EFgQUDGJDR2YCmX4j
kocldzlI8XkVPRwwHwYDVR0jBBgwFoAUDGJDR2YCmX4jkocldzlI8XkVPRwwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhANGB7a6FWU5p7gWRU56vQ22mzAuzCTJQl3bbgEhILbvsAiEA
0OZRYDwf9VjA5X1e0q7e7mGZLQjWk8OE0d++wmxlo0A=
-----END CERTIFICATE-----`;

const { signal } = new AbortController();

/** Serves until the test ends, and returns the URL. */
async function serve(server: Server | Http2SecureServer, host = "localhost"): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `https://${host}:${(server.address() as AddressInfo).port}`;
}

test.each([20, 250])("reads the limit of HTTP/2: %i", async (maxConcurrentStreams) => {
  const url = await serve(createSecureServer({ key, cert, settings: { maxConcurrentStreams } }));
  expect(await readProtocol(url, signal, { ca: cert })).toEqual({
    name: "HTTP/2",
    limit: maxConcurrentStreams,
  });
});

test("knows that a server names no limit", async () => {
  const url = await serve(createSecureServer({ key, cert }), "127.0.0.1");
  expect(await readProtocol(url, signal, { ca: cert })).toEqual({ name: "HTTP/2" });
});

test("knows a server that speaks HTTP/1.1, with TLS or without", async () => {
  const url = await serve(createServer({ key, cert }));
  expect(await readProtocol(url, signal, { ca: cert })).toEqual({ name: "HTTP/1.1" });
  expect(await readProtocol("http://fauna.example.test:8443", signal)).toEqual({
    name: "HTTP/1.1",
  });
});

test("says why it cannot ask", async () => {
  const url = await serve(createSecureServer({ key, cert }));
  await expect(readProtocol(url, signal)).rejects.toMatchObject({
    message: expect.stringContaining("its certificate is not trusted") as string,
  });
});

const app = "https://app.example.test";

test.each([
  ["few requests at once", 20, "*", undefined, "warn", /maxStreams: 10 /],
  ["no limit", undefined, "*", undefined, "pass", /100 requests at once: all tabs share 30/],
  ["more than Chromium uses", 1000, app, app, "pass", /256 requests at once: all tabs share 30/],
  ["a protocol that pages are not told", 128, "", undefined, "warn", /Timing-Allow-Origin: \*/],
  [
    "one that another page is told",
    128,
    "https://a.test, https://b.test",
    app,
    "warn",
    /Origin: https:\/\/app/,
  ],
  ["one that the page is told, too", 128, `https://a.test, ${app}`, app, "pass", /share 30/],
] as const)("of HTTP/2 with %s it says what to set", (_, limit, allowed, origin, status, text) => {
  const found = checkProtocol({ name: "HTTP/2", limit }, allowed, origin);
  expect(found.status).toBe(status);
  expect(`${found.message}. ${found.fix}`).toMatch(text);
});
