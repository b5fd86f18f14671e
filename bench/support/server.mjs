// A Fauna that answers every query with the same page, in a process of its own: HTTP/1.1, and h2c on a second port.
import { createServer } from "node:http";
import { createServer as createH2Server } from "node:http2";
import process from "node:process";

const todo = (index) => ({
  "@doc": {
    id: String(index),
    coll: { "@mod": "Todo" },
    ts: { "@time": "2026-01-01T00:00:00Z" },
    title: `Todo number ${index}`,
    done: index % 2 === 0,
  },
});
const answer = Buffer.from(
  JSON.stringify({
    data: { "@set": { data: Array.from({ length: 16 }, (_, index) => todo(index)) } },
    summary: "",
    txn_ts: 1_767_225_600_000_000,
    stats: {
      compute_ops: 1,
      read_ops: 16,
      write_ops: 0,
      query_time_ms: 1,
      contention_retries: 0,
      storage_bytes_read: 1000,
      storage_bytes_write: 0,
      rate_limits_hit: [],
    },
    schema_version: 0,
  }),
);

function respond(request, response) {
  request.resume().on("end", () => {
    const headers = { "content-type": "application/json", "access-control-allow-origin": "*" };
    response.writeHead(200, { ...headers, "content-length": answer.length }).end(answer);
  });
}

const listen = (server) =>
  new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${server.address().port}`));
  });

const [http1, h2c] = await Promise.all([
  listen(createServer({ keepAliveTimeout: 60_000 }, respond)),
  listen(createH2Server(respond)),
]);
process.send({ http1, h2c });
process.on("disconnect", () => process.exit());
