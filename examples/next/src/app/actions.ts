"use server";

import { fql } from "fauna";
import { getFauna } from "../lib/fauna";

// What comes here was sent by a browser, as to any endpoint: Fauna's roles say what its user may do.

export async function addTodo(title: string) {
  const fauna = await getFauna();
  await fauna.query(fql`
    let token = Query.token()!
    Todo.create({ title: ${title}, done: false, owner: token.sub, org: token.org, createdAt: Time.now() })
  `);
  return fauna.receipt();
}

export async function editTodo(id: string, done: boolean) {
  const fauna = await getFauna();
  await fauna.query(fql`Todo.byId(${id})!.update({ done: ${done} })`);
  return fauna.receipt();
}
