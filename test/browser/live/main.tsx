import { type Document, fql, type Page } from "fauna";
import { FaunaProvider, useFaunaLiveQuery, useFaunaMutation } from "fauna-clerk";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

type Row = Document & { readonly title: string };

declare global {
  interface Window {
    /** Given by the test. */
    getToken(user: string): Promise<string>;
    /** What was shown, from change to change: titles, or the state of the connection. */
    shown: string[];
  }
}

const settings = new URLSearchParams(location.search);
const user = settings.get("user") ?? "";
const first = Number(settings.get("first"));
const lists = Array.from({ length: Number(settings.get("lists")) }, (_, index) => first + index);

function List({ number }: { number: number }) {
  const { data, error, live } = useFaunaLiveQuery(
    fql<Page<Row>>`L0.where(.list == ${number}).pageSize(1000)`,
  );
  return (
    <section aria-label={`List ${number}`}>
      <p role="status">{live}</p>
      {error && <p role="alert">{error.message}</p>}
      <ul>
        {data?.data.map(({ id, title }) => (
          <li key={id.toString()}>{title}</li>
        ))}
      </ul>
    </section>
  );
}

function Add() {
  const add = useFaunaMutation(
    (title: string) =>
      fql`L0.create({ list: ${first}, owner: ${user}, shared: true, title: ${title} })`,
  );
  const submit = (form: FormData): void => add.mutate(String(form.get("title")));
  return (
    <form action={submit}>
      <input name="title" aria-label="Title" />
      <button>Add</button>
    </form>
  );
}

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <FaunaProvider
      endpoint={settings.get("endpoint") ?? ""}
      userId={user}
      getToken={() => window.getToken(user)}
    >
      <Add />
      {lists.map((number) => (
        <List key={number} number={number} />
      ))}
    </FaunaProvider>
  </StrictMode>,
);
