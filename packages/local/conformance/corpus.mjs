import { createHmac, createSign, KeyObject } from "node:crypto";
// Scenarios of HTTP exchanges with a Fauna server: run them, record them, replay them. Loopback only.
//
// A scenario is { name, about, area, steps: [step…] } on a fresh database. A step is one of
//   { as, q, args?, headers?, capture? }                      FQL v10 text (or a wire template object) to /query/1, x-format tagged
//   { as, path, method?, headers?, body, capture? }           any other request
//   { as, stream: {token|body…}, during: [step…], take, ms? } a stream: `take` events are collected while `during` runs
//   { sleep: ms }
//   { mint: "name", jwt, sign? }                              keeps a signed token in a variable
// `as`: "admin" (the database's admin key), "none" (no header), { secret: "text" }, or { jwt: {claims}, sign?: {kid, alg, stranger} }.
// For tokens made by hand, `sign` has { header, hs, none, suffix, raw }, too.
// Strings may hold ${name}: a value captured before with capture: {name: "path.to.it"}, or ${aud}, ${issuer}, ${jwks}.
// The body of a stream may be a string, and its numbers come from ${name}. `during` may have sleeps. `closed` is false
// when our own timer (ms) has ended the wait. A stream step honours responseHeaders.
// What differs from run to run is masked: ids, secrets, cursors, times, and numbers that are near the present one.

const ID = /\b\d{18}\b/g;
export function normaliser({ issuer, aud, now = () => Date.now() }) {
  const ids = new Map();
  const text = (s) =>
    s
      .replaceAll(issuer, "<issuer>")
      .replaceAll(aud || "<none>", "<aud>")
      .replace(/https:\/\/db\.fauna\.com\/db\/y[a-z0-9]{8,}/g, "<aud>")
      .replace(ID, (id) => {
        if (!ids.has(id)) ids.set(id, `<id${ids.size + 1}>`);
        return ids.get(id);
      });
  const time = (s) => (Math.abs(Date.parse(s) - now()) < 3600_000 ? "<time>" : s);
  const near = (n) =>
    Math.abs(n - now() / 1000) < 7200
      ? "<seconds>"
      : Math.abs(n - now()) < 7200_000
        ? "<millis>"
        : Math.abs(n / 1000 - now()) < 7200_000
          ? "<micros>"
          : n;
  const walk = (v, key) => {
    if (typeof v === "string") {
      if (["after", "before", "cursor", "@set"].includes(key)) return "<cursor>";
      if (key === "@stream") return "<stream>";
      if (key === "@time") return time(v);
      if (["secret", "hashed_secret"].includes(key)) return "<secret>";
      if (key === "global_id") return "<global>";
      return text(v)
        .replace(/\bfn[A-Za-z0-9_-]{38,}/g, "<secret>")
        .replace(/\b1[678]\d{14}\b/g, (d) =>
          Math.abs(Number(d) / 1000 - now()) < 7200_000 ? "<micros>" : d,
        )
        .replace(/\b20\d\d-\d\d-\d\dT[\d:.]+Z/g, (t) => time(t));
    }
    if (typeof v === "number")
      return key === "txn_ts"
        ? "<txn>"
        : [
              "schema_version",
              "ts",
              "version",
              "created",
              "process_time",
              "processing_time_ms",
            ].includes(key)
          ? "<n>"
          : near(v);
    if (Array.isArray(v)) return v.map((x) => walk(x));
    if (v && typeof v === "object") {
      if (Object.keys(v).length === 1 && typeof v["@long"] === "string") {
        const n = Number(v["@long"]);
        if (Math.abs(n - now() / 1000) < 7200) return { "@long": "<seconds>" };
        if (Math.abs(n - now()) < 7200_000) return { "@long": "<millis>" };
        if (Math.abs(n / 1000 - now()) < 7200_000) return { "@long": "<micros>" };
      }
      return Object.fromEntries(
        Object.entries(v)
          .filter(([k]) => k !== "stats")
          .map(([k, x]) => [k, walk(x, k)]),
      );
    }
    return v;
  };
  return walk;
}

const get = (o, path) => path.split(".").reduce((x, k) => x?.[k], o);
const fill = (v, vars) =>
  typeof v === "string"
    ? v.replace(/\$\{(\w+)\}/g, (m, k) => (k in vars ? vars[k] : m))
    : Array.isArray(v)
      ? v.map((x) => fill(x, vars))
      : v && typeof v === "object"
        ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, fill(x, vars)]))
        : v;

/** Runs a scenario. `target`: { base, database(): Promise<{key, aud?}> }. Returns [{request, response}…], normalised. */
export async function run(scenario, target, issuer) {
  const db = await target.database();
  const vars = {
    issuer: issuer.url,
    jwks: `${issuer.url}/jwks.json`,
    aud: db.aud ?? "",
    ...db.vars,
  };
  const norm = normaliser({ issuer: issuer.url, aud: db.aud });
  const auth = async (as = "admin") => {
    if (as === "admin") return { authorization: `Bearer ${db.key}` };
    if (as === "none") return {};
    if (as.minted) return { authorization: `Bearer ${await mint(as)}` };
    if (as.header) return { authorization: fill(as.header, vars) };
    if (as.secret !== undefined) return { authorization: `Bearer ${fill(as.secret, vars)}` };
    return { authorization: `Bearer ${await mint(as)}` };
  };
  const b64 = (x) => Buffer.from(x).toString("base64url");
  const mint = async (as) => {
    const c = fill(as.jwt, vars);
    for (const k of ["exp", "nbf", "iat"])
      if (typeof c[k] === "string" && /^[+-]\d+$/.test(c[k])) c[k] = issuer.now() + Number(c[k]);
    if (c.aud === undefined && !("aud" in as.jwt)) c.aud = vars.aud;
    for (const k of Object.keys(c)) if (c[k] === "<absent>") c[k] = undefined;
    const { stranger, header, hs, none, suffix, raw, ...sign } = as.sign ?? {};
    if (header || hs || none || raw) {
      const iat = issuer.now();
      const full = { iss: issuer.url, iat, nbf: iat - 5, exp: iat + 3600, ...c };
      let payload = JSON.stringify(full);
      if (raw) payload = payload.slice(0, -1) + "," + fill(raw, vars) + "}";
      const head = header ?? {
        alg: none ? "none" : hs ? "HS256" : "RS256",
        typ: "JWT",
        kid: sign.kid ?? "k1",
      };
      const text = b64(JSON.stringify(head)) + "." + b64(payload);
      const sig = none
        ? ""
        : hs
          ? createHmac("sha256", hs).update(text).digest("base64url")
          : createSign("RSA-SHA256")
              .update(text)
              .sign(KeyObject.from(stranger ? issuer.stranger : issuer.keys[sign.kid ?? "k1"]))
              .toString("base64url");
      return text + "." + sig + (suffix ?? "");
    }
    return (
      (await issuer.sign(c, { ...sign, ...(stranger ? { key: issuer.stranger } : {}) })) +
      (suffix ?? "")
    );
  };
  const mask = (v) => (v !== null && /^\d+$/.test(v) ? "<n>" : v);
  const one = async (step) => {
    if (step.mint) {
      vars[step.mint] = await mint(step);
      return {};
    }
    if (step.sleep) {
      await new Promise((r) => setTimeout(r, step.sleep));
      return { sleep: step.sleep };
    }
    if (step.stream) return stream(step);
    const path = fill(step.path ?? "/query/1", vars);
    const body =
      step.q !== undefined
        ? { query: fill(step.q, vars), ...(step.args ? { arguments: fill(step.args, vars) } : {}) }
        : fill(step.body, vars);
    const headers = {
      ...(step.q !== undefined ? { "x-format": "tagged" } : {}),
      ...fill(step.headers ?? {}, vars),
      ...(await auth(step.as)),
    };
    const go = (n) =>
      fetch((db.base ?? target.base) + path, {
        method: step.method ?? "POST",
        headers,
        body:
          body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
        signal: AbortSignal.timeout(60000),
      }).catch((err) => {
        if (err.name === "TypeError" && err.cause) return n ? go(n - 1) : null;
        throw err;
      });
    const res = await go(3);
    if (!res) return { response: { status: 0, body: "connection closed" } };
    const raw = await res.text();
    let json;
    try {
      json = JSON.parse(raw);
    } catch {
      json = raw;
    }
    for (const [k, p] of Object.entries(step.capture ?? {})) vars[k] = get(json, p);
    const pick = Object.fromEntries(
      (step.responseHeaders ?? []).map((h) => [
        h,
        h.startsWith("x-") || h === "content-length"
          ? mask(res.headers.get(h))
          : res.headers.get(h),
      ]),
    );
    return {
      response: {
        status: res.status,
        ...(step.responseHeaders ? { headers: pick } : {}),
        body: norm(json),
      },
    };
  };
  const stream = async (step) => {
    const ctl = new AbortController();
    const timer = setTimeout(() => ctl.abort(), step.ms ?? 15000);
    const events = [];
    const during = [];
    try {
      const res = await fetch((db.base ?? target.base) + "/stream/1", {
        method: "POST",
        headers: { ...(await auth(step.as)), "x-format": "tagged", ...(step.headers ?? {}) },
        body:
          typeof step.stream === "string"
            ? fill(step.stream, vars)
            : JSON.stringify(fill(step.stream, vars)),
        signal: ctl.signal,
      });
      if (res.status !== 200) {
        const raw = await res.text();
        let json;
        try {
          json = JSON.parse(raw);
        } catch {
          json = raw;
        }
        return { response: { status: res.status, body: norm(json) } };
      }
      const reader = res.body.getReader();
      const dec = new TextDecoder();
      let rest = "";
      let closed = false;
      const pump = (async () => {
        while (events.length < step.take) {
          const { done, value } = await reader.read().catch(() => ({ done: true }));
          if (done) {
            closed = !ctl.signal.aborted;
            break;
          }
          rest += dec.decode(value, { stream: true });
          const lines = rest.split("\n");
          rest = lines.pop();
          for (const l of lines)
            if (l.trim() && events.length < step.take) {
              const e = JSON.parse(l);
              if (events.length && e.type === "status" && !step.statuses) continue;
              events.push(e);
            }
        }
      })();
      const t0 = Date.now();
      while (!events.length && !closed && !ctl.signal.aborted && Date.now() - t0 < 1500)
        await new Promise((r) => setTimeout(r, 20));
      for (const d of step.during ?? []) during.push(await one(d));
      await pump;
      for (const [k, p] of Object.entries(step.capture ?? {})) vars[k] = get(events, p);
      const pick = Object.fromEntries(
        (step.responseHeaders ?? []).map((h) => [
          h,
          h.startsWith("x-") || h === "content-length"
            ? mask(res.headers.get(h))
            : res.headers.get(h),
        ]),
      );
      return {
        response: {
          status: 200,
          ...(step.responseHeaders ? { headers: pick } : {}),
          events: events.map((e) => norm(e)),
          closed,
        },
        during,
      };
    } finally {
      clearTimeout(timer);
      ctl.abort();
    }
  };
  const out = [];
  for (const step of scenario.steps) {
    const r = await one(step);
    out.push({
      ...step,
      ...r,
      ...(step.during ? { during: step.during.map((d, i) => ({ ...d, ...r.during?.[i] })) } : {}),
    });
  } // keeps the requests in `during`
  return out;
}

/** What two recorded steps differ in, or null. static_type is recorded but not compared. */
export function difference(want, got, path = "") {
  if (path.endsWith(".static_type")) return null;
  if (typeof want !== typeof got || want === null || got === null || typeof want !== "object")
    return Object.is(want, got)
      ? null
      : `${path}: want ${JSON.stringify(want)?.slice(0, 300)}, got ${JSON.stringify(got)?.slice(0, 300)}`;
  if (Array.isArray(want) !== Array.isArray(got)) return `${path}: array or not`;
  if (Array.isArray(want) && want.length !== got.length)
    return `${path}: length ${want.length}, got ${got.length}`;
  for (const k of new Set([...Object.keys(want), ...Object.keys(got)])) {
    if (k === "static_type") continue;
    const d = difference(want[k], got[k], `${path}.${k}`);
    if (d) return d;
  }
  return null;
}
