import { type Checks, fail, type Finding, pass } from "../check";
import type { Ping } from "../check-context";

/** Clerk backdates tokens by this much by default, so smaller differences do no harm. */
const CLOCK_TOLERANCE_S = 5;

/** The request headers that the drivers send from a browser. */
const DRIVER_HEADERS = [
  ...["authorization", "content-type", "x-driver-env", "x-format"],
  ...["x-last-txn-ts", "x-query-timeout-ms"],
];

/** Checks the server: whether it answers, its clock, and whether pages may send requests to it. */
export const serverChecks: Checks = {
  endpoint: {
    needs: ["endpoint"],
    run: async (context) => checkPing(context.endpoint(), await context.ping()),
  },

  clock: {
    needs: ["endpoint"],
    dependsOn: ["endpoint"],
    async run(context) {
      const { clockAheadSeconds } = await context.ping();
      if (clockAheadSeconds === undefined)
        return { status: "skip", message: "The server's answer has no date." };
      const message = `Fauna's is ${Math.abs(clockAheadSeconds)} s ${clockAheadSeconds < 0 ? "behind" : "ahead of"} this one`;
      if (Math.abs(clockAheadSeconds) <= CLOCK_TOLERANCE_S) return pass(message);
      return fail(
        message,
        "Synchronize both clocks with NTP: Fauna gives a token's exp and nbf no leeway.",
      );
    },
  },

  cors: {
    needs: ["endpoint", "origin"],
    dependsOn: ["endpoint"],
    async run(context) {
      const origin = context.settings.origin ?? "";
      if (!URL.canParse(origin) || new URL(origin).origin !== origin)
        return fail(
          `${origin} is not an origin.`,
          "Give an origin such as https://app.example.com: no path, no slash.",
        );
      const answer = await context.fetchFromFauna("/query/1", {
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": "POST",
          "access-control-request-headers": DRIVER_HEADERS.join(","),
        },
      });
      return checkPreflight(origin, answer);
    },
  },
};

function checkPing(endpoint: string, { status, location, body }: Ping): Finding {
  if (location !== null)
    return fail(
      `${endpoint} redirects to ${location}`,
      "Give that URL as the endpoint: tokens are not sent through redirects.",
    );
  if (status === 200 && body.includes(" is OK")) return pass(`${endpoint} answers to /ping`);
  return fail(
    `${endpoint}/ping answered ${status}, unlike Fauna`,
    "Give the URL of a Fauna server (port 8443 by default). " +
      "If it is one, wait until it is up, or check the proxy in front of it.",
  );
}

function checkPreflight(origin: string, { status, headers }: Response): Finding {
  const list = (name: string): string[] =>
    (headers.get(`access-control-allow-${name}`) ?? "").toLowerCase().split(/ *, */);
  const origins = list("origin");
  const allowed = list("headers");
  // "*" allows all headers but this one.
  const any = allowed.includes("*")
    ? DRIVER_HEADERS.filter((header) => header !== "authorization")
    : [];
  const missing = DRIVER_HEADERS.filter(
    (header) => !allowed.includes(header) && !any.includes(header),
  );
  const fix = (what: string): string =>
    `Make the proxy in front of Fauna pass on OPTIONS requests and their answers: ${what}.`;
  if (status >= 300)
    return fail(`The preflight was answered ${status}`, fix("preflights carry no authorization"));
  if (!origins.includes(origin) && !origins.includes("*"))
    return fail(`${origin} is not allowed`, fix("Fauna itself allows every origin"));
  if (missing.length > 0)
    return fail(`Not allowed: ${missing.join(", ")}`, fix("Fauna itself allows these headers"));
  return pass(`${origin} may send queries`);
}
