import { Suspense } from "react";
import { Progress } from "./Progress";

/** A static page: built once for all, its data asked by the browser. */
export default function Page() {
  return (
    <Suspense fallback={<p>Counting…</p>}>
      <Progress />
    </Suspense>
  );
}
