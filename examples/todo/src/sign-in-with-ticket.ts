import type { useClerk } from "@clerk/react";

/** Signs in beside whoever is signed in already. For the local Clerk the ticket is the user's id. */
export async function signInWithTicket(
  clerk: ReturnType<typeof useClerk>,
  ticket: string,
): Promise<void> {
  const { createdSessionId } = await clerk.client.signIn.create({ strategy: "ticket", ticket });
  // Offline Clerk makes a sign-in without a session, and to activate none is to sign out.
  if (!createdSessionId) throw new Error("Clerk cannot be reached. Try again once you are online.");
  await clerk.setActive({ session: createdSessionId });
}
