// Before the bundle in Hermes: what React Native adds to its engine, as far as the app needs it and no more than it has.
// Written for an engine without classes' private names.
globalThis.window = globalThis;
globalThis.console = {
  log: globalThis.print,
  info: globalThis.print,
  warn: globalThis.print,
  error: globalThis.print,
};
globalThis.performance = { now: () => Date.now() };
globalThis.queueMicrotask = (run) => void Promise.resolve().then(run);

// The command line's timers do not wait. These run in the order of their times, on a clock that jumps to the next.
const { setImmediate } = globalThis;
const timers = new Map();
let [now, lastId, isTurning] = [0, 0, false];

function turn() {
  isTurning = false;
  const [first] = [...timers].sort(([, one], [, other]) => one.at - other.at);
  if (!first) return;
  const [id, { at, run }] = first;
  timers.delete(id);
  now = at;
  wake();
  run();
}

function wake() {
  if (isTurning || timers.size === 0) return;
  isTurning = true;
  setImmediate(turn);
}

globalThis.setTimeout = (run, ms = 0) => {
  timers.set(++lastId, { run, at: now + ms });
  wake();
  return lastId;
};
globalThis.clearTimeout = (id) => void timers.delete(id);
globalThis.setImmediate = (run) => setTimeout(run);
globalThis.setInterval = (run, ms) => {
  const again = () => {
    timers.set(id, { run: again, at: now + ms });
    wake();
    run();
  };
  const id = setTimeout(again, ms);
  return id;
};
globalThis.clearInterval = clearTimeout;

globalThis.URL = function URL(url) {
  const [, protocol, hostname, port = "", pathname = "/"] =
    /^(https?:)\/\/([^/:?#]+)(:\d+)?(\/[^?#]*)?$/.exec(String(url)) ?? [];
  if (!protocol) throw new TypeError("Invalid URL");
  const origin = `${protocol}//${hostname}${port}`;
  const none = { username: "", password: "", search: "", hash: "" };
  Object.assign(this, none, { protocol, hostname, pathname, origin, href: origin + pathname });
  this.toString = () => this.href;
};

globalThis.Response = function Response(body, { status = 200, headers = {} } = {}) {
  const text = () => Promise.resolve(body);
  Object.assign(this, { status, text, headers: new Map(Object.entries(headers)) });
};

/** As abort-controller 3 has it. */
globalThis.AbortSignal = function AbortSignal() {
  const listeners = new Set();
  this.aborted = false;
  this.addEventListener = (_type, listener) => listeners.add(listener);
  this.removeEventListener = (_type, listener) => listeners.delete(listener);
  this.abort = () => {
    if (this.aborted) return;
    this.aborted = true;
    for (const listener of [...listeners]) listener({ type: "abort" });
  };
};
globalThis.AbortController = function AbortController() {
  this.signal = new AbortSignal();
  this.abort = () => this.signal.abort();
};

// This Hermes is older than that of any React Native with which the library is tried. Newer ones have these.
globalThis.WeakRef ??= function WeakRef(of) {
  this.deref = () => of;
};
Array.prototype.at ??= function at(index) {
  return this[index < 0 ? this.length + index : index];
};
globalThis.atob ??= (text) => {
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let [bits, count, bytes] = [0, 0, ""];
  for (const digit of text.replace(/=+$/, "")) {
    bits = ((bits << 6) | digits.indexOf(digit)) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += String.fromCharCode((bits >> count) & 255);
  }
  return bytes;
};

/** What the test's server answers: the first of these that a request's URL and body contain. */
globalThis.fetch = (url, { body }) => {
  const [, answer] = globalThis.expoApp.answers.find(([part]) => `${url} ${body}`.includes(part));
  return Promise.resolve(new Response(JSON.stringify(answer)));
};
