import type { useClerk } from "@clerk/react";

/** Signs in beside whoever is signed in already. For the stand-in the ticket is the user's id. */
export async function signInWithTicket(
  clerk: ReturnType<typeof useClerk>,
  ticket: string,
): Promise<void> {
  const signIn = await clerk.client.signIn.create({ strategy: "ticket", ticket });
  await clerk.setActive({ session: signIn.createdSessionId });
}
