import { useClerk, useOrganization, useSessionList, useUser } from "@clerk/react";
import { Avatar } from "./Avatar";
import { demoUsers } from "./settings";
import { useTicket } from "./use-ticket";

/** Who is signed in, and the ways to become someone else. */
export function Account() {
  const { user } = useUser();
  const { signOut } = useClerk();
  if (!user) return null;
  return (
    <div className="account">
      <Avatar name={user.fullName ?? user.id} />
      <UserSwitch />
      <OrganizationSwitch />
      <button type="button" onClick={() => void signOut()}>
        Sign out
      </button>
    </div>
  );
}

/** Everyone signed in in this browser, and the demo users who could be. */
function UserSwitch() {
  const { user } = useUser();
  const { sessions = [] } = useSessionList();
  const { setActive } = useClerk();
  const { signIn } = useTicket();
  const signedIn = sessions.flatMap(({ id, user }) =>
    user ? [{ session: id, id: user.id, name: user.fullName ?? user.id }] : [],
  );
  const others = demoUsers.filter(({ id }) => !signedIn.some((one) => one.id === id));
  const become = (userId: string): void => {
    const session = signedIn.find(({ id }) => id === userId)?.session;
    if (session) void setActive({ session });
    else signIn(userId);
  };
  return (
    <select aria-label="User" value={user?.id} onChange={(event) => become(event.target.value)}>
      {[...signedIn, ...others].map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}

function OrganizationSwitch() {
  const { user } = useUser();
  const { organization } = useOrganization();
  const { setActive } = useClerk();
  return (
    <select
      aria-label="Organization"
      value={organization?.id ?? ""}
      onChange={(event) => void setActive({ organization: event.target.value || null })}
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
