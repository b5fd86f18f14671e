import type { LocalFauna } from "@fauna-clerk/local";

export interface Answer {
  readonly status: number;
  readonly resource: unknown;
  readonly errors: readonly { position: unknown[]; code: string; description: string }[];
}

/** Asks in FQL v4, with the secret of a key or as the admin. */
export async function askV4(
  { url, secret }: LocalFauna,
  expression: unknown,
  { as = secret, timeout }: { as?: string; timeout?: number } = {},
): Promise<Answer> {
  const answer = await fetch(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${as}`,
      "x-faunadb-api-version": "4",
      ...(timeout === undefined ? {} : { "x-query-timeout": String(timeout) }),
    },
    body: JSON.stringify(expression),
  });
  const { resource, errors = [] } = (await answer.json()) as Partial<Answer>;
  return { status: answer.status, resource, errors };
}
