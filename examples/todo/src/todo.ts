import { fql, type Page } from "fauna";

/** A type rather than an interface: only types fit the `QueryValue` of `fql<…>`. */
export type Todo = {
  id: string;
  title: string;
  done: boolean;
  /** A user's id in Clerk. */
  owner: string;
};

// No word about users: the role in schema.fsl lets each of them see their own.
export const newestTodos = fql<Page<Todo>>`Todo.newest().pageSize(50)`;

/** The values of that index, by which a live list knows where a todo belongs. */
export const newestFirst = [["createdAt", "desc"], "title", "done"] as const;

export const allTodos = fql<Page<Todo>>`Todo.all()`;

export const counts = fql<{ all: number; done: number }>`{
  all: Todo.all().count(),
  done: Todo.where(.done).count()
}`;

/** An id as Fauna wants it, chosen here so that adding a todo twice adds it once. */
export const newId = (): string =>
  String(BigInt.asUintN(62, crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n));
