"use server";

import { fql } from "fauna";
import { getFauna } from "./fauna";

export async function addTodo(title: string) {
  const fauna = await getFauna();
  await fauna.query(fql`Todo.create({ title: ${title} })`);
  return fauna.receipt(title);
}
