import type { Query } from "fauna";
import { useFaunaQuery, type UseFaunaQueryOptions } from "fauna-clerk";

export interface OwnerProps {
  query: Query<string> | null;
  options?: UseFaunaQueryOptions<string>;
}

/** Shows whose data a query returned, its failure, or that it is on the way. */
export function Owner({ query, options }: OwnerProps) {
  const { data, error, loading } = useFaunaQuery(query, options);
  const code = error && "code" in error ? String(error.code) : error?.name;
  return <p data-testid="owner">{loading ? "loading" : (code ?? data ?? "nothing")}</p>;
}
