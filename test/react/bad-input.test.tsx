import { fql } from "fauna";
import {
  ConfigurationError,
  createFaunaClient,
  faunaQueryOptions,
  FaunaProvider,
  type FaunaProviderProps,
  isConfigurationError,
  useFaunaAuth,
  useFaunaClient,
  useFaunaQuery,
} from "fauna-clerk";
import { useAuthorizedFetch } from "fauna-clerk/fetch";
import faunadb from "faunadb";
import { renderToString } from "react-dom/server";
import { describe, expect, test } from "vitest";

import { v4Expression } from "../support/drivers";
import { ada, createFakeClerk } from "../support/fake-clerk";

const endpoint = "https://fauna.example.test";
const getToken = () => Promise.resolve(null);
const { auth } = createFakeClerk(ada);

/** Runs a hook below a provider that is set up so, as a server does: errors come out as they are. */
function callHook(hook: () => unknown, props?: Partial<FaunaProviderProps>): void {
  function Use() {
    hook();
    return null;
  }
  const provider = (
    <FaunaProvider endpoint={endpoint} getToken={getToken} {...props}>
      <Use />
    </FaunaProvider>
  );
  renderToString(props ? provider : <Use />);
}

const provide = (props: object) => () => callHook(() => null, props);

const v4 = v4Expression(faunadb.query.CurrentIdentity());

const cases: readonly { what: string; code: string; mend: RegExp; misuse: () => unknown }[] = [
  {
    what: "useFaunaQuery without a provider",
    code: "no_provider",
    mend: /<FaunaProvider/,
    misuse: () => callHook(() => useFaunaQuery(fql`1`)),
  },
  {
    what: "useFaunaClient without a provider",
    code: "no_provider",
    mend: /<FaunaProvider/,
    misuse: () => callHook(() => useFaunaClient()),
  },
  {
    what: "useFaunaAuth without a provider",
    code: "no_provider",
    mend: /<FaunaProvider/,
    misuse: () => callHook(() => useFaunaAuth()),
  },
  {
    what: "useAuthorizedFetch without a provider",
    code: "no_provider",
    mend: /<FaunaProvider/,
    misuse: () => callHook(() => useAuthorizedFetch("https://api.example.com")),
  },
  {
    what: "useAuthorizedFetch of a relative URL",
    code: "malformed_endpoint",
    mend: /a URL such as https:/,
    misuse: () => callHook(() => useAuthorizedFetch("/graphql"), {}),
  },
  {
    what: "useAuthorizedFetch over plain http",
    code: "insecure_endpoint",
    mend: /use https/,
    misuse: () => callHook(() => useAuthorizedFetch("http://api.example.com"), {}),
  },
  {
    what: "no endpoint",
    code: "no_endpoint",
    mend: /URL of your Fauna server/,
    misuse: provide({ endpoint: undefined }),
  },
  {
    what: "an empty endpoint",
    code: "no_endpoint",
    mend: /URL of your Fauna server/,
    misuse: provide({ endpoint: "" }),
  },
  {
    what: "an insecure endpoint",
    code: "insecure_endpoint",
    mend: /https.*allowInsecureEndpoint/,
    misuse: provide({ endpoint: "http://fauna.example.test" }),
  },
  ...["fauna.example.test", "ftp://fauna.example.test", "/fauna", `${endpoint}/?a=b`].map(
    (malformed) => ({
      what: `the endpoint ${malformed}`,
      code: "malformed_endpoint",
      mend: /https:\/\/fauna\.example\.com/,
      misuse: provide({ endpoint: malformed }),
    }),
  ),
  {
    what: "both auth and getToken",
    code: "ambiguous_auth",
    mend: /one of auth=.*getToken/,
    misuse: provide({ auth, getToken }),
  },
  {
    what: "neither auth nor getToken",
    code: "no_auth",
    mend: /one of auth=.*getToken/,
    misuse: provide({ getToken: undefined }),
  },
  {
    what: "a string instead of a query",
    code: "not_a_query",
    mend: /fql`/,
    misuse: () => callHook(() => useFaunaQuery("Todo.all()" as never), {}),
  },
  {
    what: "an object instead of a query",
    code: "not_a_query",
    mend: /fql`/,
    misuse: () => callHook(() => useFaunaQuery({ query: "Todo.all()" } as never), {}),
  },
  {
    what: "a v4 expression without the v4 driver",
    code: "no_v4_driver",
    mend: /drivers=\{\[faunaV4\(\)\]\}/,
    misuse: () => callHook(() => useFaunaQuery(v4), {}),
  },
  {
    what: "useFaunaClient('v4') without the v4 driver",
    code: "no_v4_driver",
    mend: /drivers=\{\[faunaV4\(\)\]\}/,
    misuse: () => callHook(() => useFaunaClient("v4"), {}),
  },
  {
    what: "createFaunaClient without an endpoint",
    code: "no_endpoint",
    mend: /URL of your Fauna server/,
    misuse: () => createFaunaClient({ getToken } as never),
  },
  {
    what: "createFaunaClient without getToken",
    code: "no_auth",
    mend: /getToken/,
    misuse: () => createFaunaClient({ endpoint } as never),
  },
  {
    what: "faunaQueryOptions with a client that is not the library's",
    code: "unknown_client",
    mend: /useFaunaClient\(\).*createFaunaClient\(\)/,
    misuse: () => faunaQueryOptions({ client: {} as never }, fql`1`),
  },
  {
    what: "faunaQueryOptions with a string instead of a query",
    code: "not_a_query",
    mend: /fql`/,
    misuse: () =>
      faunaQueryOptions({ client: createFaunaClient({ endpoint, getToken }) }, "1" as never),
  },
];

/** What `misuse` throws. */
function thrownBy(misuse: () => unknown): unknown {
  try {
    misuse();
  } catch (error) {
    return error;
  }
  throw new Error("It did not throw.");
}

describe("bad input gets an error that names the fix", () => {
  test.each(cases)("$what", ({ code, mend, misuse }) => {
    const error = thrownBy(misuse);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(isConfigurationError(error)).toBe(true);
    expect(error).toMatchObject({ code, name: "ConfigurationError" });
    expect((error as Error).message).toMatch(mend);
  });
});

describe("good input is accepted", () => {
  test.each([
    { what: "https", props: { endpoint } },
    { what: "a URL object", props: { endpoint: new URL(endpoint) } },
    { what: "http on localhost", props: { endpoint: "http://localhost:8443" } },
    { what: "http on 127.0.0.1", props: { endpoint: "http://127.0.0.1:8443" } },
    { what: "http on ::1", props: { endpoint: "http://[::1]:8443" } },
    {
      what: "http with allowInsecureEndpoint",
      props: { endpoint: "http://fauna.example.test", allowInsecureEndpoint: true },
    },
  ])("$what", ({ props }) => {
    expect(provide(props)).not.toThrow();
  });
});
