import { useFaunaAuth } from "fauna-clerk/react";
import { Account } from "./Account";
import { Progress } from "./Progress";
import { Requests } from "./Requests";
import { SignIn } from "./SignIn";
import { Todos } from "./Todos";
import { WhoAmI } from "./WhoAmI";

export function App() {
  const { status } = useFaunaAuth();
  return (
    <>
      <header className="bar">
        <h1>
          <span aria-hidden="true">✓</span> Todos
        </h1>
        {status === "signed-in" && <Account />}
      </header>
      <main className={status}>
        {status === "loading" && <p role="status">Loading Clerk…</p>}
        {status === "signed-out" && <SignIn />}
        {status === "signed-in" && (
          <>
            <div className="column">
              <Todos />
              <WhoAmI />
            </div>
            <div className="column">
              <Progress />
              <Requests />
            </div>
          </>
        )}
      </main>
    </>
  );
}
