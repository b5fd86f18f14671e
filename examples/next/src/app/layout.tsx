import { ClerkProvider } from "@clerk/nextjs";
import { FaunaProvider } from "fauna-clerk/nextjs";
import type { ReactNode } from "react";
import { faunaEndpoint } from "../lib/settings";
import { Account } from "./Account";

export const metadata = { title: "Todos" };

/** Clerk outside, Fauna inside: all that an app needs. */
export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        {/* Not as metadata, which Next may send after the browser has asked for an icon. */}
        <link rel="icon" href="data:," />
      </head>
      <body>
        <ClerkProvider>
          <FaunaProvider endpoint={faunaEndpoint}>
            <h1>Todos</h1>
            <Account />
            {children}
          </FaunaProvider>
        </ClerkProvider>
      </body>
    </html>
  );
}
