import { SignInButton, useClerk, useUser } from "@clerk/tanstack-react-start";

/** Whom the local Clerk signs in without a password. */
const demoUsers = JSON.parse(import.meta.env["VITE_DEMO_USERS"] as string) as {
  id: string;
  name: string;
}[];

export function Account() {
  const { isLoaded, user } = useUser();
  const clerk = useClerk();
  /** For the local Clerk the ticket is the user's id. */
  const signInAs = async (ticket: string): Promise<void> => {
    const { createdSessionId } = await clerk.client.signIn.create({ strategy: "ticket", ticket });
    await clerk.setActive({ session: createdSessionId });
  };
  if (!isLoaded) return <p>Loading Clerk…</p>;
  if (user)
    return (
      <p>
        {user.fullName} <button onClick={() => clerk.signOut()}>Sign out</button>
      </p>
    );
  if (demoUsers.length === 0) return <SignInButton mode="modal" />;
  return demoUsers.map(({ id, name }) => (
    <button key={id} onClick={() => signInAs(id)}>
      {name}
    </button>
  ));
}
