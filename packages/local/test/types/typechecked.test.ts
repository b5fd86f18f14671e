import { expect, test } from "vitest";
import { startLocalFauna } from "../../src";

const SETTINGS = ["", ", typechecked: true", ", typechecked: false"] as const;

/** Asks with a key; `x-typecheck` as given. */
async function ask(
  url: string,
  key: string,
  query: string,
  header?: string,
): Promise<{ status: number; body: { data?: unknown; static_type?: string } }> {
  const response = await fetch(`${url}/query/1`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      ...(header !== undefined && { "x-typecheck": header }),
    },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, body: (await response.json()) as object };
}

async function child(url: string, key: string, setting: string): Promise<string> {
  const { body } = await ask(
    url,
    key,
    `Database.create({ name: "child"${setting} })
     Key.create({ role: "admin", database: "child" }).secret`,
  );
  return String(body.data);
}

const WRONG = "1.foo";

test.each(SETTINGS.flatMap((outer) => SETTINGS.map((inner) => [outer, inner] as const)))(
  "the nearest database that says so decides whether types are checked: {%s} around {%s}",
  async (outer, inner) => {
    await using fauna = await startLocalFauna();
    const parent = await child(fauna.url, fauna.secret, outer);
    const key = await child(fauna.url, parent, inner);
    const typed = !(inner || outer).includes("false");
    const right = await ask(fauna.url, key, "Query.isEnvTypechecked()");
    expect(right.body.data).toBe(typed);
    expect(right.body.static_type).toBe(typed ? "Boolean" : undefined);
    expect((await ask(fauna.url, key, WRONG)).status).toBe(typed ? 400 : 200);
  },
);

test.each(SETTINGS)(
  "the header decides for its request, whatever the database says: {%s}",
  async (setting) => {
    await using fauna = await startLocalFauna();
    const key = await child(fauna.url, fauna.secret, setting);
    expect((await ask(fauna.url, key, "1", "true")).body.static_type).toBe("1");
    expect((await ask(fauna.url, key, WRONG, "true")).status).toBe(400);
    expect((await ask(fauna.url, key, "1", "false")).body.static_type).toBeUndefined();
    expect((await ask(fauna.url, key, WRONG, "false")).status).toBe(200);
  },
);
