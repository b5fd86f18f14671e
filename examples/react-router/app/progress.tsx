import { FaunaAuthenticated, useFaunaSuspenseQuery } from "fauna-clerk/react-router";
import { Suspense } from "react";
import { count } from "./todo";

/** A page without a loader: its data are asked by the browser. */
export default function Page() {
  return (
    <FaunaAuthenticated>
      <Suspense fallback={<p>Counting…</p>}>
        <Count />
      </Suspense>
    </FaunaAuthenticated>
  );
}

function Count() {
  const { data } = useFaunaSuspenseQuery(count);
  return <p>{`${data} todos`}</p>;
}
