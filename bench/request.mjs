// The time of one request: ours, the bare driver's, and the snippet that people copy.
import { Client, FetchClient, fql } from "fauna";
import { createFaunaClient } from "fauna-clerk";

import { inTurns, report } from "./support/measure.mjs";
import { startServer } from "./support/start-server.mjs";
import { getToken, token } from "./support/token.mjs";

const server = await startServer();

const fetchClient = () => new FetchClient({ url: server.http1, fetch_keepalive: false });
const ours = createFaunaClient({ endpoint: server.http1, getToken, userId: "user_1" });
const bare = new Client({ endpoint: server.http1, secret: token }, fetchClient());
const bareH2 = new Client({ endpoint: server.h2c, secret: token });
const query = () => fql`Todo.where(.owner == ${"user_1"})`;

async function snippet() {
  const secret = await getToken();
  const client = new Client({ endpoint: server.http1, secret }, fetchClient());
  await client.query(query());
  client.close();
}

/** `count` requests, `atOnce` of them under way at any time. */
const requests = (count, atOnce, send) => async () => {
  const lane = async () => {
    for (let sent = 0; sent < count / atOnce; sent++) await send();
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
};

const COUNT = 200;
for (const atOnce of [1, 20]) {
  const contenders = {
    "ours (fetch)": () => ours.query(query()),
    "bare driver, static secret (fetch)": () => bare.query(query()),
    "snippet: a client per request (fetch)": snippet,
    "bare driver, static secret (h2c)": () => bareH2.query(query()),
  };
  const work = Object.entries(contenders).map(([name, send]) => [
    name,
    requests(COUNT, atOnce, send),
  ]);
  const times = await inTurns(Object.fromEntries(work), { rounds: 25, warmUp: 5 });
  const peer = "bare driver, static secret (fetch)";
  report(`One request, ${atOnce} at once`, times, { per: COUNT, limit: 1.1, peer });
}
bareH2.close();
server.close();
