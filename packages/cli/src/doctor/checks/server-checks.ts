import { type Checks, fail, type Finding, pass, warn } from "../check";
import type { Ping } from "../check-context";
import type { Protocol } from "../protocol";

/** Clerk backdates tokens by this much by default, so smaller differences do no harm. */
const CLOCK_TOLERANCE_S = 5;

/** The request headers that the drivers send from a browser. */
const DRIVER_HEADERS = [
  ...["authorization", "content-type", "x-driver-env", "x-format"],
  ...["x-last-txn-ts", "x-query-timeout-ms"],
];

/** So many streams live queries have in all tabs together: over HTTP/1.1, and over what shares a connection. */
const [STREAMS, SHARED_STREAMS] = [3, 30];
/** Chromium's own limits of HTTP/2: that of a server which names none, and the highest. */
const [UNNAMED_LIMIT, HIGHEST_LIMIT] = [100, 256];

/** Checks the server: whether it answers, its clock, its protocol, and whether pages may send requests to it. */
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

  protocol: {
    needs: ["endpoint"],
    dependsOn: ["endpoint"],
    async run(context) {
      const { timingAllowOrigin } = await context.ping();
      return checkProtocol(await context.protocol(), timingAllowOrigin, context.settings.origin);
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

/** @param allowed - the value of Timing-Allow-Origin. */
export function checkProtocol(
  protocol: Protocol,
  allowed: string,
  origin: string | undefined,
): Finding {
  if (protocol.name === "HTTP/1.1")
    return pass(`HTTP/1.1: all tabs of a browser share ${STREAMS} streams. HTTP/2 allows more`);
  const { limit = UNNAMED_LIMIT } = protocol;
  const message =
    protocol.limit === undefined
      ? `HTTP/2; it names no limit, so that browsers allow ${limit} requests at once`
      : `HTTP/2, ${Math.min(limit, HIGHEST_LIMIT)} requests at once`;
  // Streams are requests that do not end, and queries need some, too.
  const most = Math.floor(limit / 2);
  if (most < SHARED_STREAMS)
    return warn(
      message,
      "Let the server allow 100 or more (SETTINGS_MAX_CONCURRENT_STREAMS), " +
        `or pass live={{ maxStreams: ${most} }} to FaunaProvider: what is beyond the limit waits, queries too.`,
    );
  const origins = allowed.split(/ *, */);
  const isTold = origin === undefined ? allowed !== "" : origins.includes(origin);
  if (isTold || origins.includes("*"))
    return pass(`${message}: all tabs share ${SHARED_STREAMS} streams`);
  return warn(
    `${message}. Browsers do not tell pages of another origin, so that all tabs share ${STREAMS} streams`,
    `Send Timing-Allow-Origin: ${origin ?? "*"}, or pass live={{ maxStreams: ${SHARED_STREAMS} }} to FaunaProvider.`,
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
