import {
  useFaunaInfiniteQuery,
  type UseFaunaInfiniteQueryOptions,
  type UseFaunaInfiniteQueryResult,
} from "fauna-clerk";
import type { Page, Query } from "fauna";
import { expect } from "vitest";
import { eventually } from "./eventually";

export type AnyList = UseFaunaInfiniteQueryResult<any>; // any: whatever the fake server sent

/** The last result that a `List` rendered, and how often it did. */
export interface Seen {
  list: AnyList;
  renders: number;
}

export const nothingSeen = (): Seen => ({ list: undefined as never, renders: 0 });

export interface ListProps {
  query: Query<Page<any>> | null; // any: whatever the fake server sends
  seen: Seen;
  options?: UseFaunaInfiniteQueryOptions<any>;
}

/** Shows the text of a list's items. */
export function List({ query, seen, options }: ListProps) {
  const list = useFaunaInfiniteQuery(query, options);
  see(seen, list);
  const { items, error, loading } = list;
  const code = error && ("code" in error ? String(error.code) : error.message);
  return <p data-testid="list">{loading ? "loading" : (code ?? items.map(textOf).join(" "))}</p>;
}

function see(seen: Seen, list: AnyList): void {
  seen.list = list;
  seen.renders++;
}

// Of documents, the id; with FQL v4 that of the reference.
const textOf = (item: any): string => String(item?.ref?.id ?? item?.id ?? item); // any: see above

/** Waits until the list shows this text. */
export const shown = (text: string): Promise<void> =>
  eventually(() => expect(document.querySelector("[data-testid=list]")?.textContent).toBe(text));
