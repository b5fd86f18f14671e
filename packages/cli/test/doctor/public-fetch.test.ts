import { describe, expect, test } from "vitest";
import { fetchPublic } from "../../src/doctor/public-fetch";

describe("fetchPublic", () => {
  const url = new URL("https://fauna.example.test:8443/ping");
  const failing = (cause: object) => ({
    fetch: () => Promise.reject(new TypeError("fetch failed", { cause })),
    signal: new AbortController().signal,
  });

  test.each([
    ["ENOTFOUND", "the host name is unknown", "DNS"],
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

  test("explains a time-out", async () => {
    const fetch = () => Promise.reject(new DOMException("timed out", "TimeoutError"));
    const { signal } = new AbortController();
    await expect(fetchPublic({ fetch, signal }, url)).rejects.toMatchObject({
      message: "https://fauna.example.test:8443: it did not answer within 10 s (TimeoutError).",
    });
  });
});
