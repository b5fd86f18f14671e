import { Suspense } from "react";
import { getFauna } from "../fauna";
import { todos } from "../todos";

export default function Page() {
  return (
    <Suspense fallback="loading">
      <Failing />
    </Suspense>
  );
}

/** Fails while nobody is signed in. */
async function Failing() {
  const fauna = await getFauna();
  return <p>{(await fauna.query(todos)).data.data.length}</p>;
}
