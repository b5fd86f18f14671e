import { ClerkProvider } from "@clerk/nextjs";
import { FaunaProvider } from "fauna-clerk/nextjs";
import type { ReactNode } from "react";

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <ClerkProvider>
          <FaunaProvider endpoint={process.env.NEXT_PUBLIC_FAUNA_ENDPOINT!}>
            {children}
          </FaunaProvider>
        </ClerkProvider>
      </body>
    </html>
  );
}
