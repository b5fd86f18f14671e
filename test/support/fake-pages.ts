import { failure, success } from "./fake-answers";
import {
  type FakeAnswer,
  type FakeFauna,
  type ReceivedRequest,
  type Respond,
  startFakeFauna,
} from "./fake-fauna";

/** A document as FQL v10 sends it. */
export const doc = (id: number | string, fields: object = {}, coll = "Todo"): object => ({
  "@doc": {
    id: String(id),
    coll: { "@mod": coll },
    ts: { "@time": "2026-01-01T00:00:00Z" },
    ...fields,
  },
});

/** A document that is no more, in FQL v10. */
export const nullDoc = (id: number | string, coll = "Todo"): object => ({
  "@ref": { id: String(id), coll: { "@mod": coll }, exists: false, cause: "not found" },
});

/** A reference in FQL v4. */
export const v4Ref = (id: number | string): object => ({
  "@ref": {
    id: String(id),
    collection: { "@ref": { id: "Todo", collection: { "@ref": { id: "collections" } } } },
  },
});

/** A document as FQL v4 sends it. */
export const v4Doc = (id: number | string, data: object = {}): object => ({
  ref: v4Ref(id),
  ts: 1,
  data,
});

/** The place at which a request wants its page: undefined for the first one. */
export function cursorIn({ body, path }: ReceivedRequest): string | undefined {
  const query = JSON.parse(body) as Record<string, any>; // any: whatever was sent
  if (!path.endsWith("/query/1")) return pagingIn(query)["after"]?.[0];
  const { fql } = query["query"];
  return fql[0] === "Set.paginate(" ? fql[1].value : undefined;
}

// any: an expression of FQL v4 as it was sent
const pagingIn = (query: Record<string, any>): Record<string, any> =>
  query["paginate"] ? query : pagingIn(query["collection"]);

/**
 * Answers with these pages as Fauna would: a Set for the query itself, plain pages for its cursors, which are the
 * numbers of the pages. Read at the time of each request, so that a test may change them.
 */
export const servePages =
  (pages: readonly (readonly unknown[])[]): Respond =>
  (request) => {
    const cursor = cursorIn(request);
    const index = Number(cursor ?? 0);
    const data = pages[index];
    if (!data) return invalidCursor(request);
    const after = index + 1 < pages.length ? String(index + 1) : undefined;
    const isV10 = request.path.endsWith("/query/1");
    const page = { data, ...(after !== undefined && { after: isV10 ? after : [after] }) };
    return success(request, isV10 && cursor === undefined ? { "@set": page } : page);
  };

/** Starts a server with these pages, for live queries of one event source, whose feeds and streams never answer. */
export async function startSilentPages(pages: readonly (readonly unknown[])[]): Promise<FakeFauna> {
  const fauna = await startFakeFauna();
  const answerPage = servePages(pages);
  fauna.hold(({ path }) => path !== "/query/1");
  fauna.respond = async (request, index) => {
    if (request.path !== "/query/1") return undefined;
    const answer = await answerPage(request, index);
    if (!request.body.includes("eventSource")) return answer;
    const { data } = answer?.body as { data: unknown };
    return success(request, { data, source: [{ "@stream": "source" }] });
  };
  return fauna;
}

export const invalidCursor = (request: ReceivedRequest): FakeAnswer =>
  failure(request, 400, "invalid_cursor", { message: "Cursor cursor is invalid or expired." });
