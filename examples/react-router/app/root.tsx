import { ClerkProvider } from "@clerk/react-router";
import { clerkMiddleware, rootAuthLoader } from "@clerk/react-router/server";
import { FaunaProvider } from "fauna-clerk/react-router";
import type { ReactNode } from "react";
import { Links, Meta, Outlet, Scripts } from "react-router";
import type { Route } from "./+types/root";
import { Account } from "./Account";
import { faunaMiddleware } from "./fauna.server";
import { faunaEndpoint } from "./settings";

export const middleware: Route.MiddlewareFunction[] = [clerkMiddleware(), faunaMiddleware];

export const loader = (args: Route.LoaderArgs) => rootAuthLoader(args);

export function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <title>Todos</title>
        <link rel="icon" href="data:," />
        <Meta />
        <Links />
      </head>
      <body>
        {children}
        <Scripts />
      </body>
    </html>
  );
}

/** Clerk outside, Fauna inside: all that an app needs. */
export default function App({ loaderData }: Route.ComponentProps) {
  return (
    <ClerkProvider loaderData={loaderData}>
      <FaunaProvider endpoint={faunaEndpoint}>
        <h1>Todos</h1>
        <Account />
        <Outlet />
      </FaunaProvider>
    </ClerkProvider>
  );
}
