import { fql } from "fauna";
import { FaunaHydration, useFaunaAuth, useFaunaLiveQuery } from "fauna-clerk/react-router";
import { Form } from "react-router";
import type { Route } from "./+types/todos";
import { faunaContext } from "./fauna.server";
import { changes, newestTodos } from "./todo";

export async function loader({ context }: Route.LoaderArgs) {
  const fauna = context.get(faunaContext);
  await fauna.prefetchLive(newestTodos, changes);
  return fauna.dehydrate();
}

// What comes here was sent by a browser, as to any endpoint: Fauna's roles say what its user may do.
export async function action({ context, request }: Route.ActionArgs) {
  const form = await request.formData();
  const title = String(form.get("title"));
  await context.get(faunaContext).query(fql`
    let token = Query.token()!
    Todo.create({ title: ${title}, done: false, owner: token.sub, org: token.org, createdAt: Time.now() })
  `);
  return null;
}

/** The browser asks for nothing, and follows the list from there. */
export default function Page({ loaderData }: Route.ComponentProps) {
  return (
    <FaunaHydration {...loaderData}>
      <Todos />
    </FaunaHydration>
  );
}

function Todos() {
  const { status } = useFaunaAuth();
  const { data, error, live } = useFaunaLiveQuery(newestTodos, changes);
  if (status === "signed-out") return null;
  return (
    <section aria-labelledby="todos">
      <h2 id="todos">My todos</h2>
      <p role="status">{live}</p>
      {error && <p role="alert">{error.message}</p>}
      <Form method="post">
        <input name="title" aria-label="New todo" required />
        <button>Add</button>
      </Form>
      <ul>
        {data?.data.map(({ id, title }) => (
          <li key={id}>{title}</li>
        ))}
      </ul>
    </section>
  );
}
