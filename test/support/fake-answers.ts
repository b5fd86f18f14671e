import type { FakeAnswer, ReceivedRequest } from "./fake-fauna";

/** Whose data it is, as text: what the default answer says about the request's token. */
export const ownerIn = ({ sub, sid, org, template }: ReceivedRequest["claims"]): string =>
  [sub, sid, org, template].map((claim) => String(claim ?? "-")).join(" ");

/** Success in the form of the endpoint that was asked. */
export function success(
  { path }: Pick<ReceivedRequest, "path">,
  data: unknown,
  txnTs = 1,
): FakeAnswer {
  if (path.endsWith("/query/1"))
    return { body: { data, static_type: "Any", summary: "", txn_ts: txnTs, stats: {} } };
  return { body: { resource: data }, headers: { "x-txn-time": String(txnTs) } };
}

/** Failure in the form of the endpoint that was asked. */
export function failure(
  { path }: Pick<ReceivedRequest, "path">,
  status: number,
  code: string,
  more: { message?: string; summary?: string } = {},
): FakeAnswer {
  const { message = `It failed with ${code}.`, summary = "" } = more;
  if (path === "/" || path.endsWith("/prefix/"))
    return { status, body: { errors: [{ position: [], code, description: message }] } };
  return { status, body: { error: { code, message }, summary, txn_ts: 1, stats: {} } };
}

/** The server's 401, the same whatever is wrong with the token. */
export const unauthorized = (request: ReceivedRequest): FakeAnswer =>
  failure(request, 401, "unauthorized", { message: "Access token required" });

/** Says whose token came. */
export const defaultAnswer = (request: ReceivedRequest): FakeAnswer =>
  success(request, ownerIn(request.claims));
