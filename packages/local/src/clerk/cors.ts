import type { LocalRequest, LocalResponse } from "../http/exchange";

/** Adds what a page on another origin needs to read the answer, its cookies included. */
export function withCors(request: LocalRequest, response: LocalResponse): LocalResponse {
  const origin = request.headers["origin"];
  if (origin === undefined) return response;
  const headers = {
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    vary: "origin",
  };
  return { ...response, headers: { ...response.headers, ...headers } };
}

export function preflight(request: LocalRequest): LocalResponse {
  const asked = request.headers["access-control-request-headers"];
  return {
    status: 204,
    headers: {
      "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
      ...(asked !== undefined && { "access-control-allow-headers": asked }),
      "access-control-max-age": "86400",
    },
  };
}
