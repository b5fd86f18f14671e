import { useClerk, useOrganization, useSessionList, useUser } from "@clerk/react";
import { Avatar } from "./Avatar";
import { demoUsers } from "./settings";
import { signInWithTicket } from "./sign-in-with-ticket";
import { useAction } from "./use-action";

interface SwitchProps {
  run(action: () => Promise<unknown>): void;
}

/** Who is signed in, and the ways to become someone else. */
export function Account() {
  const { user } = useUser();
  const { signOut } = useClerk();
  const { error, run } = useAction();
  if (!user) return null;
  return (
    <div className="account">
      <Avatar name={user.fullName ?? user.id} />
      <UserSwitch run={run} />
      <OrganizationSwitch run={run} />
      <button type="button" onClick={() => run(signOut)}>
        Sign out
      </button>
      {error && <p role="alert">{error.message}</p>}
    </div>
  );
}

/** Everyone who is signed in in this browser, and the demo users who could be. */
function UserSwitch({ run }: SwitchProps) {
  const clerk = useClerk();
  const { user } = useUser();
  const { sessions = [] } = useSessionList();
  const signedIn = sessions.flatMap(({ id, user }) =>
    user ? [{ session: id, id: user.id, name: user.fullName ?? user.id }] : [],
  );
  const others = demoUsers.filter(({ id }) => !signedIn.some((one) => one.id === id));
  const become = (userId: string): Promise<void> => {
    const session = signedIn.find(({ id }) => id === userId)?.session;
    return session ? clerk.setActive({ session }) : signInWithTicket(clerk, userId);
  };
  return (
    <select
      aria-label="User"
      value={user?.id}
      onChange={({ target }) => run(() => become(target.value))}
    >
      {[...signedIn, ...others].map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}

function OrganizationSwitch({ run }: SwitchProps) {
  const { setActive } = useClerk();
  const { user } = useUser();
  const { organization } = useOrganization();
  return (
    <select
      aria-label="Organization"
      value={organization?.id ?? ""}
      onChange={({ target }) => run(() => setActive({ organization: target.value || null }))}
    >
      <option value="">Personal</option>
      {user?.organizationMemberships.map(({ organization: { id, name } }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}
