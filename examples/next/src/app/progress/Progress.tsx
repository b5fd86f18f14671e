"use client";

import { useFaunaAuth, useFaunaSuspenseQuery } from "fauna-clerk/nextjs";
import { counts } from "../../lib/todo";

export function Progress() {
  const { status } = useFaunaAuth();
  return status === "signed-out" ? null : <Counts />;
}

function Counts() {
  const { data } = useFaunaSuspenseQuery(counts);
  return <p>{`${data.done} of ${data.all} done`}</p>;
}
