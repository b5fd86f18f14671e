import { ClerkProvider } from "@clerk/react";
import { FaunaProvider } from "fauna-clerk/react";
import { faunaV4 } from "fauna-clerk/v4";
import type { ReactNode } from "react";
import type { LocalClerkProps } from "./local-clerk";
import { faunaEndpoint, publishableKey } from "./settings";

const drivers = [faunaV4()];

/** Clerk outside, Fauna inside: all that an app needs. */
export function Providers({ clerk, children }: { clerk: LocalClerkProps; children: ReactNode }) {
  return (
    <ClerkProvider publishableKey={publishableKey} {...clerk}>
      <FaunaProvider endpoint={faunaEndpoint} drivers={drivers}>
        {children}
      </FaunaProvider>
    </ClerkProvider>
  );
}
