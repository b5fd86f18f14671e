import { fql, type Query } from "fauna";

import { success } from "./fake-answers";
import type { FakeFauna, ReceivedRequest } from "./fake-fauna";

/** What `respond` makes of a write instead of applying it; undefined applies it. */
export type WriteFault = (
  request: ReceivedRequest,
  title: string,
) => ReturnType<FakeFauna["respond"]>;

/** A list of titles on a fake server, with reads and writes that tell the client when they were. */
export interface ListServer {
  readonly titles: string[];
  /** Decides what becomes of each write. */
  fault: WriteFault;
}

/** The query that reads the list. */
export const list: Query<string[]> = fql<string[]>`list()`;

/** The query that appends to the list, and answers with what it appended. */
export const add = (title: string): Query<string> => fql<string>`add(${title})`;

export const isWrite = ({ body }: ReceivedRequest): boolean => body.includes("add(");
export const isRead = ({ body }: ReceivedRequest): boolean => body.includes("list(");

/** Makes a fake server answer {@link list} and {@link add}; other queries get its default answer. */
export function serveList(fauna: FakeFauna, ...titles: string[]): ListServer {
  const server: ListServer = { titles, fault: () => undefined };
  fauna.respond = async (request, index) => {
    const txnTs = (index + 1) * 100;
    if (isRead(request)) return success(request, [...titles], txnTs);
    if (!isWrite(request)) return undefined;
    const title = /"value":"([^"]*)"/.exec(request.body)?.[1] ?? "";
    const answer = await server.fault(request, title);
    if (answer) return answer;
    titles.push(title);
    return success(request, title, txnTs);
  };
  return server;
}
