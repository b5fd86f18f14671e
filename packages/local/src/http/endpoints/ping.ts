import { json } from "../exchange";
import type { Endpoint } from "./endpoint";
import { methodNotAllowed } from "./protocol-error";

const SCOPES: Readonly<Record<string, string>> = {
  all: "all",
  write: "write",
  read: "read",
  global: "write",
  local: "read",
};

/** `GET /ping`: needs no authorization, and names the part of the cluster that was asked for. */
export const ping: Endpoint = ({ method, query }) => {
  if (method !== "GET" && method !== "HEAD") return methodNotAllowed(["GET"]);
  const asked = query.get("scope") ?? "write";
  const scope = Object.hasOwn(SCOPES, asked) ? SCOPES[asked] : "node";
  return json(200, { resource: `Scope ${scope} is OK` });
};
