import type { LocalFauna } from "@fauna-clerk/local";

/** Runs FQL with a secret or a token: the status, and all that the answer says. */
export async function ask(
  { url }: Pick<LocalFauna, "url">,
  secret: string,
  query: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<any> {
  const response = await fetch(`${url}/query/1`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, ...headers },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, ...(await response.json()) };
}
