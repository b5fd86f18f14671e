import { useClerk } from "@clerk/react";
import { useState } from "react";

/** Signs in with a ticket; for the stand-in the ticket is the user's id. */
export function useTicket(): { error: Error | null; signIn(userId: string): void } {
  const clerk = useClerk();
  const [error, setError] = useState<Error | null>(null);
  const run = async (ticket: string): Promise<void> => {
    setError(null);
    const signIn = await clerk.client.signIn.create({ strategy: "ticket", ticket });
    await clerk.setActive({ session: signIn.createdSessionId });
  };
  return { error, signIn: (userId) => void run(userId).catch(setError) };
}
