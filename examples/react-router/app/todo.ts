import { fql, type Page } from "fauna";

/** A type rather than an interface: only types fit the `QueryValue` of `fql<…>`. */
export type Todo = {
  id: string;
  title: string;
  done: boolean;
};

// Loader and component ask the same. No word about users: the role in schema.fsl lets each of them see their own.
export const newestTodos = fql<Page<Todo>>`Todo.newest().pageSize(50)`;

/** What its changes are read from: the index has no events for fields that it does not cover. */
export const changes = { on: fql`Todo.all()` };

export const count = fql<number>`Todo.all().count()`;
