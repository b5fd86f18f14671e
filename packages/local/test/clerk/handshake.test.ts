import { createClerkClient } from "@clerk/backend";
import { expect, test } from "vitest";
import type { LocalClerk } from "../../src/index";
import { startClerk } from "../../../../test/support/clerk/start-clerk";

const PAGE = "http://127.0.0.1:3000/todos?a=b";
const ORIGIN = "http://127.0.0.1:3000";

/** A browser on the local Clerk's own host: what it fetches, and what a server says that it navigates to. */
class Browser {
  readonly #jar = new Map<string, string>();
  constructor(private readonly clerk: LocalClerk) {}

  /** Sends a request of the page's to Clerk, or a navigation. */
  async send(url: string, form?: Record<string, string>): Promise<Response> {
    const from = form
      ? { origin: ORIGIN, "sec-fetch-site": "same-site" }
      : { "sec-fetch-dest": "document", "sec-fetch-site": "none" };
    const response = await fetch(new URL(url, this.clerk.url), {
      redirect: "manual",
      headers: { ...from, cookie: this.cookies() },
      ...(form && { method: "POST", body: new URLSearchParams(form) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [name = "", value = ""] = cookie.split(/[=;]/);
      this.#jar.set(name, value);
    }
    return response;
  }

  signIn = (ticket: string): Promise<Response> =>
    this.send("/v1/client/sign_ins", { strategy: "ticket", ticket });

  /** What Clerk's SDK for servers makes of a navigation to the page. */
  async navigate() {
    const { publishableKey, secretKey, url } = this.clerk;
    const headers = { cookie: this.cookies(), "sec-fetch-dest": "document" };
    const client = createClerkClient({ publishableKey, secretKey, apiUrl: url });
    return client.authenticateRequest(new Request(PAGE, { headers }), { proxyUrl: url });
  }

  cookies(): string {
    return [...this.#jar].map((pair) => pair.join("=")).join("; ");
  }
}

/** Goes where the SDK sends the browser, and expects to be sent back. */
async function shakeHands(browser: Browser): Promise<void> {
  const state = await browser.navigate();
  expect(state.status).toBe("handshake");
  const back = await browser.send(state.headers.get("location")!);
  expect([back.status, back.headers.get("location")]).toEqual([307, PAGE]);
}

test("a server learns by a handshake who has signed in", async () => {
  const browser = new Browser(await startClerk());
  await browser.signIn("user_ada");
  await shakeHands(browser);
  const state = await browser.navigate();
  expect(state.toAuth()).toMatchObject({ userId: "user_ada", sessionClaims: { azp: ORIGIN } });
});

test("a server learns by a handshake who has signed out", async () => {
  const browser = new Browser(await startClerk());
  await browser.signIn("user_ada");
  await shakeHands(browser);
  await browser.send("/v1/client/sessions?_method=DELETE", {});
  await shakeHands(browser);
  expect((await browser.navigate()).status).toBe("signed-out");
});

test("a server needs no handshake for a browser in which nobody has signed in", async () => {
  const browser = new Browser(await startClerk());
  await browser.send("/v1/client");
  expect(browser.cookies()).toContain("__client_uat=0");
  expect((await browser.navigate()).status).toBe("signed-out");
});

test("a handshake without an address to go back to is refused", async () => {
  const clerk = await startClerk();
  const response = await new Browser(clerk).send("/v1/client/handshake?redirect_url=todos");
  expect(response.status).toBe(422);
});
