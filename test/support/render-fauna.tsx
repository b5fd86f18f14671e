import { QueryClient } from "@tanstack/react-query";
import { render, type RenderResult } from "@testing-library/react";
import { FaunaProvider, type FaunaProviderProps } from "fauna-clerk";
import type { ReactNode } from "react";

import { drivers } from "./drivers";
import type { FakeClerk } from "./fake-clerk";
import type { FakeFauna } from "./fake-fauna";
import type { Mode } from "./modes";

export interface RenderFaunaOptions extends Partial<FaunaProviderProps> {
  clerk: FakeClerk;
  fauna: FakeFauna;
  wrap?: Mode["wrap"] | undefined;
}

export interface RenderedFauna extends RenderResult {
  readonly cache: QueryClient;
  /** Renders other children, or other props, under the same provider. */
  update(children: ReactNode, props?: Partial<FaunaProviderProps>): void;
}

/** Renders below a provider with both drivers, a fake `useAuth()` and a fake server. */
export function renderFauna(children: ReactNode, options: RenderFaunaOptions): RenderedFauna {
  const { clerk, fauna, wrap = (node) => node, queryClient, ...props } = options;
  const cache = queryClient ?? new QueryClient();

  function App({ inside, more }: { inside: ReactNode; more: Partial<FaunaProviderProps> }) {
    return (
      <FaunaProvider
        auth={clerk.useAuth()}
        endpoint={fauna.url}
        drivers={drivers}
        queryClient={cache}
        {...props}
        {...more}
      >
        {inside}
      </FaunaProvider>
    );
  }
  const tree = (inside: ReactNode, more = {}): ReactNode =>
    wrap(<App inside={inside} more={more} />);
  const rendered = render(tree(children));
  return {
    ...rendered,
    cache,
    update: (inside, more) => rendered.rerender(tree(inside, more)),
  };
}
