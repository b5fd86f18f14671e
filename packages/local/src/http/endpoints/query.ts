import { runQuery } from "../../fql";
import { json } from "../exchange";
import { readQueryBody } from "../query-body";
import { readQueryHeaders } from "../request-headers";
import type { Endpoint } from "./endpoint";
import { unauthorized } from "./protocol-error";

/** `/query/1`: an FQL v10 query. Headers and body are checked before the secret; any method with a body does. */
export const query: Endpoint = async (request, context) => {
  const { tags, ...settings } = readQueryHeaders(request.headers);
  const body = readQueryBody(request.body);
  const session = await context.authenticate(request);
  if (!session) return unauthorized();
  const answer = runQuery(session.database, { caller: session.caller, ...settings, ...body });
  const { error, summary } = answer.body as { error?: { code: string }; summary?: string };
  if (error?.code === "invalid_query" && summary) context.onRefused?.(summary);
  return json(answer.status, withTags(answer.body, tags));
};

/** Tags come right before the schema version. */
function withTags(body: Record<string, unknown>, tags: string): Record<string, unknown> {
  if (tags === "" || !("schema_version" in body)) return body;
  const { schema_version, ...rest } = body;
  return { ...rest, query_tags: tags, schema_version };
}
