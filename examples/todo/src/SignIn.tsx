import { SignInButton, useClerk } from "@clerk/react";
import { Avatar } from "./Avatar";
import { demoUsers } from "./settings";
import { signInWithTicket } from "./sign-in-with-ticket";
import { useAction } from "./use-action";

export function SignIn() {
  const clerk = useClerk();
  const { error, run } = useAction();
  return (
    <section className="card sign-in" aria-labelledby="sign-in">
      <h2 id="sign-in">Who are you?</h2>
      {demoUsers.length === 0 && <SignInButton mode="modal" />}
      <ul className="people">
        {demoUsers.map(({ id, name }) => (
          <li key={id}>
            <button
              type="button"
              className="person"
              onClick={() => run(() => signInWithTicket(clerk, id))}
            >
              <Avatar name={name} />
              {name}
            </button>
          </li>
        ))}
      </ul>
      {demoUsers.length > 0 && (
        <p className="hint">
          Demo users of a local Clerk. The sign-in goes through the real Clerk SDK.
        </p>
      )}
      {error && <p role="alert">{error.message}</p>}
    </section>
  );
}
