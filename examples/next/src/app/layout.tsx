import { ClerkProvider } from "@clerk/nextjs";
import { FaunaProvider } from "fauna-clerk/nextjs";
import type { ReactNode } from "react";
import { faunaEndpoint } from "../lib/settings";
import { Account } from "./Account";

export const metadata = { title: "Todos", icons: "data:," };

/** Clerk outside, Fauna inside: all that an app needs. */
export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
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
