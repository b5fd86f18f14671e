import { ClerkProvider } from "@clerk/tanstack-react-start";
import { createRootRoute, HeadContent, Scripts } from "@tanstack/react-router";
import { FaunaProvider } from "fauna-clerk/tanstack-react-start";
import type { ReactNode } from "react";

export const Route = createRootRoute({
  head: () => ({ links: [{ rel: "icon", href: "data:," }] }),
  shellComponent: Document,
});

function Document({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        <HeadContent />
      </head>
      <body>
        <ClerkProvider>
          <FaunaProvider endpoint={import.meta.env["VITE_FAUNA_ENDPOINT"]}>
            {children}
          </FaunaProvider>
        </ClerkProvider>
        <Scripts />
      </body>
    </html>
  );
}
