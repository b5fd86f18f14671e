import type { Client } from "fauna";
import { type FaunaV4Client, useFaunaClient } from "fauna-clerk";

import { createFakeClerk, type FakeClerk, type Who } from "./fake-clerk";
import { type FakeFauna, startFakeFauna } from "./fake-fauna";
import type { Mode } from "./modes";
import { renderFauna, type RenderedFauna, type RenderFaunaOptions } from "./render-fauna";

export interface Clients {
  readonly v10: Client;
  readonly v4: FaunaV4Client;
}

export interface WithClients {
  readonly fauna: FakeFauna;
  readonly clerk: FakeClerk;
  readonly app: RenderedFauna;
  /** Every render's clients, oldest first. */
  readonly renders: readonly Clients[];
  /** The latest. */
  readonly clients: Clients;
}

function Give({ to }: { to(clients: Clients): void }) {
  to({ v10: useFaunaClient(), v4: useFaunaClient("v4") });
  return null;
}

/** Renders a provider and hands out what `useFaunaClient` returns below it. */
export async function renderClients(
  who: Who | null | undefined,
  options: Partial<RenderFaunaOptions> & { wrap?: Mode["wrap"] } = {},
): Promise<WithClients> {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(who)];
  const renders: Clients[] = [];
  const give = <Give to={(clients) => void renders.push(clients)} />;
  const app = renderFauna(give, { clerk, fauna, ...options });
  const clients = renders.at(-1);
  if (!clients) throw new Error("Nothing was rendered.");
  return { fauna, clerk, app, renders, clients };
}
