import { clerkMiddleware } from "@clerk/tanstack-react-start/server";
import { createCsrfMiddleware, createMiddleware, createStart } from "@tanstack/react-start";
import { createFaunaRequest } from "fauna-clerk/server";

// With a file like this TanStack Start no longer adds its own one.
const csrfMiddleware = createCsrfMiddleware({
  filter: ({ handlerType }) => handlerType === "serverFn",
});

/** Fauna for the server functions of a request, as its user: `context.fauna`. */
const faunaMiddleware = createMiddleware()
  .middleware([clerkMiddleware()])
  .server(async ({ context, next, request }) => {
    const fauna = createFaunaRequest({
      endpoint: process.env["VITE_FAUNA_ENDPOINT"]!,
      auth: context.auth(),
      cookie: request.headers.get("cookie"),
    });
    const result = await next({ context: { fauna } });
    fauna.setCookie(result.response.headers);
    return result;
  });

export const startInstance = createStart(() => ({
  requestMiddleware: [csrfMiddleware, faunaMiddleware],
}));
