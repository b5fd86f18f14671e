import { fql, type Query } from "fauna";

/** A type rather than an interface: only types fit the `QueryValue` of `fql<…>`. */
export type Todo = {
  id: string;
  title: string;
  done: boolean;
};

export function TodoItem({ todo, write }: { todo: Todo; write(query: Query): void }) {
  const { id, title, done } = todo;
  return (
    <li>
      <label>
        <input
          type="checkbox"
          checked={done}
          onChange={() => write(fql`Todo.byId(${id})!.update({ done: ${!done} })`)}
        />
        <span>{title}</span>
      </label>
      <button
        type="button"
        className="quiet"
        aria-label={`Delete ${title}`}
        onClick={() => write(fql`Todo.byId(${id})!.delete()`)}
      >
        ×
      </button>
    </li>
  );
}
