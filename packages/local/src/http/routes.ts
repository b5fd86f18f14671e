import { feed } from "./endpoints/feed";
import { ping } from "./endpoints/ping";
import { query } from "./endpoints/query";
import { stream } from "./endpoints/stream";
import { schema } from "../schema/endpoint";
import { linearized, v4 } from "../v4/endpoint";
import type { Routes } from "./router";

/** Every path that the server knows. */
export const routes: Routes = {
  "/": v4,
  "/linearized": linearized,
  "/ping": ping,
  "/query/1": query,
  "/stream/1": stream,
  "/feed/1": feed,
  "/schema/1": schema,
  "/schema/1/": schema,
};
