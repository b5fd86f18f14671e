import { QueryClient } from "@tanstack/react-query";
import { act, render } from "@testing-library/react";
import type { Query, QueryValue } from "fauna";
import { FaunaProvider, useFaunaLiveQuery } from "fauna-clerk";
import type { ReactNode } from "react";

import type { Subscription, Surface, SurfaceOptions } from "../../live/properties/app";
import type { Mode } from "../../support/modes";

function Follow({ of }: { of: Subscription }): ReactNode {
  const { data, error, live } = useFaunaLiveQuery(of.query as Query<QueryValue>, {
    on: of.on,
    order: of.order as never,
  });
  of.tell({ data, error, live });
  return null;
}

/** Follows live queries by hooks. */
export const createReactSurface =
  (wrap: Mode["wrap"]) =>
  ({ endpoint, live, getToken }: SurfaceOptions): Surface => {
    const cache = new QueryClient();
    const tree = (
      user: string | null,
      subscriptions: ReadonlyMap<number, Subscription>,
    ): ReactNode =>
      wrap(
        <FaunaProvider
          endpoint={endpoint}
          live={live}
          queryClient={cache}
          userId={user}
          getToken={(options) => getToken(user, options)}
        >
          {[...subscriptions].map(([which, each]) => (
            <Follow key={`${which} ${each.times}`} of={each} />
          ))}
        </FaunaProvider>,
      );
    const rendered = render(tree(null, new Map()));
    return {
      show: (user, subscriptions) => act(() => rendered.rerender(tree(user, subscriptions))),
      close: () => rendered.unmount(),
    };
  };
