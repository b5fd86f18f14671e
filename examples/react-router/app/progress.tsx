import {
  FaunaAuthenticated,
  FaunaClientOnly,
  useFaunaSuspenseQuery,
} from "fauna-clerk/react-router";
import { count } from "./todo";

/** A page without a loader: its data are asked by the browser. */
export default function Page() {
  return (
    <FaunaAuthenticated>
      <FaunaClientOnly fallback={<p>Counting…</p>}>
        <Count />
      </FaunaClientOnly>
    </FaunaAuthenticated>
  );
}

function Count() {
  const { data } = useFaunaSuspenseQuery(count);
  return <p>{`${data} todos`}</p>;
}
