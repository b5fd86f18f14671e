import type { FaunaQueryKey } from "./key";

interface Fragment {
  readonly fql?: readonly (string | Fragment)[];
  readonly array?: readonly Fragment[];
  readonly object?: Readonly<Record<string, Fragment>>;
  readonly value?: unknown;
}

/** A number as it is sent. Within text its quotes would be escaped. */
const NUMBERS = /\{"@(?:int|long|double)":"([^"]*)"\}/g;

/** The FQL text of a query's key, values as JSON in their places; of a FQL v4 expression, its JSON. */
export const queryText = ([, , , driver, query]: FaunaQueryKey): string =>
  driver === "v10" ? textOf(query as Fragment) : JSON.stringify(query);

function textOf(part: string | Fragment): string {
  if (typeof part === "string") return part;
  const { fql, array, object, value } = part;
  if (fql) return fql.map(textOf).join("");
  if (array) return `[${array.map(textOf).join(", ")}]`;
  if (!object) return JSON.stringify(value).replace(NUMBERS, "$1");
  const fields = Object.entries(object).map(([name, field]) => `${name}: ${textOf(field)}`);
  return `{ ${fields.join(", ")} }`;
}
