// A Fauna with live queries, in a process of its own: answers every query with a page of rows and an event source, and
// sends an event to the stream that it is told to, with the time at which it was written.
import { createServer } from "node:http";
import process from "node:process";

const ROWS = 16;
const BEGIN = 1_767_225_600_000_000;
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "*, authorization",
  "access-control-max-age": "86400",
};
const stats = {
  compute_ops: 1,
  read_ops: 1,
  write_ops: 0,
  query_time_ms: 1,
  contention_retries: 0,
  storage_bytes_read: 100,
  storage_bytes_write: 0,
  rate_limits_hit: [],
};
const streams = new Map();
let now = BEGIN;
let events = 0;

/** The same clock in all processes of a machine, in ns. */
const clock = () => String(process.hrtime.bigint());

const todo = (id, at = "0") => ({
  "@doc": {
    id: String(id),
    coll: { "@mod": "Todo" },
    ts: { "@time": new Date(now / 1000).toISOString() },
    title: `Todo number ${id}`,
    at,
  },
});
const page = { "@set": { data: Array.from({ length: ROWS }, (_, id) => todo(id + 1)) } };
const answer = (data) => JSON.stringify({ data, summary: "", txn_ts: BEGIN, stats });

const ENDPOINTS = {
  "/clock": (_text, response) => response.end(clock()),
  "/query/1": (text, response) => {
    // Whoever asks has a collection named after it. The bare driver asks for its event source alone.
    const [, name, isBare] = /"(\w+)\.all\(\)(\.eventSource)?/.exec(text);
    const source = { "@stream": name };
    response.end(answer(isBare ? source : { data: page, source }));
  },
  "/feed/1": (_text, response) =>
    response.end(JSON.stringify({ events: [], cursor: String(now), has_next: false, stats })),
  "/stream/1": (text, response) => {
    streams.set(JSON.parse(text).token, response);
    send(response, { type: "status" });
  },
};

function send(response, event) {
  now += 1000;
  response.write(`${JSON.stringify({ ...event, txn_ts: now, cursor: String(now), stats })}\n`);
}

const server = createServer((request, response) => {
  let text = "";
  request.on("data", (chunk) => (text += chunk));
  request.on("end", () => {
    response.writeHead(200, { "content-type": "application/json", ...CORS });
    if (request.method === "OPTIONS") response.end();
    else ENDPOINTS[request.url](text, response);
  });
});
server.listen(0, "127.0.0.1", () =>
  process.send({ url: `http://127.0.0.1:${server.address().port}` }),
);
process.on("message", (name) =>
  send(streams.get(name), { type: "update", data: todo(1 + (events++ % ROWS), clock()) }),
);
process.on("disconnect", () => process.exit());
