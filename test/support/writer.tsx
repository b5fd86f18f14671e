import {
  useFaunaMutation,
  useFaunaQuery,
  type UseFaunaMutationOptions,
  type UseFaunaMutationResult,
} from "fauna-clerk";
import type { Query } from "fauna";

import { add, list } from "./list-server";

export type Write = UseFaunaMutationResult<string, string>;
export type WriteOptions = UseFaunaMutationOptions<string, string>;

export interface WriterProps {
  /** Given the result of each render. */
  to?: (write: Write) => void;
  build?: (title: string) => Query<string>;
  options?: WriteOptions;
}

/** Writes what its user asks for, and shows how that goes. */
export function Writer({ to, build = add, options }: WriterProps) {
  const write = useFaunaMutation(build, options);
  to?.(write);
  const { status, isPaused, data, error, variables } = write;
  const code = error && "code" in error ? String(error.code) : error?.name;
  return (
    <p data-testid="write">
      {[isPaused ? "paused" : status, variables, code ?? data].filter(Boolean).join(" ")}
    </p>
  );
}

/** Shows the list, and each list that it has shown. */
export function List({ shown = [] }: { shown?: string[] }) {
  const { data, loading } = useFaunaQuery(list);
  const text = loading ? "loading" : data ? data.join(", ") || "empty" : "nothing";
  if (shown.at(-1) !== text) shown.push(text);
  return <p data-testid="list">{text}</p>;
}

/** Shows what will be in the list at once. */
export const optimistic: NonNullable<WriteOptions["optimistic"]> = (cache, title) =>
  cache.update(list, (titles) => [...titles, title]);
