import { BrokenJwtError } from "../access/jwt";
import { ServerFault } from "../fql/errors";
import { encodable } from "../wire";
import { isPreflight, preflight, withCors } from "./cors";
import type { Endpoint, EndpointContext } from "./endpoints/endpoint";
import { badRequest, notFound, protocolError } from "./endpoints/protocol-error";
import { json, type Handler, type LocalRequest, type LocalResponse } from "./exchange";
import { InvalidBodyError, TooLargeBodyError } from "./query-body";
import { InvalidHeaderError } from "./request-headers";

const SUPPORT = "Please create a ticket at https://support.fauna.com";

/** Paths are exact, unless they end in `/`: then they serve everything below. */
export type Routes = Readonly<Record<string, Endpoint>>;

/** Finds the endpoint of each request, and puts around its answer what all answers of the server have. */
export function createRouter(routes: Routes, context: EndpointContext): Handler {
  return async (request) => {
    if (isPreflight(request)) return preflight(request);
    const response = withCors(request, await answer(request, routes, context));
    const headers = { ...response.headers, "x-faunadb-build": "unknown" };
    const { body } = response;
    return { ...response, headers, ...(typeof body === "string" ? { body: encodable(body) } : {}) };
  };
}

async function answer(
  request: LocalRequest,
  routes: Routes,
  context: EndpointContext,
): Promise<LocalResponse> {
  const endpoint = findEndpoint(routes, request.path);
  if (!endpoint) return notFound();
  try {
    return await endpoint(request, context);
  } catch (error) {
    return errorAnswer(error);
  }
}

function findEndpoint(routes: Routes, path: string): Endpoint | undefined {
  if (Object.hasOwn(routes, path)) return routes[path];
  const prefix = Object.keys(routes).find(
    (route) => route.length > 1 && route.endsWith("/") && path.startsWith(route),
  );
  return prefix === undefined ? undefined : routes[prefix];
}

function errorAnswer(error: unknown): LocalResponse {
  if (error instanceof InvalidHeaderError || error instanceof InvalidBodyError)
    return badRequest(error.message);
  if (error instanceof TooLargeBodyError)
    return protocolError(413, "request_size_exceeded", error.message);
  if (error instanceof BrokenJwtError && error.report === null)
    return { ...json(500, { error: "internal server error" }), close: true };
  return protocolError(500, "internal_error", `${faultText(error)} ${SUPPORT}`);
}

function faultText(error: unknown): string {
  if (error instanceof BrokenJwtError) return error.report ?? "";
  return error instanceof ServerFault ? error.message : String(error);
}
