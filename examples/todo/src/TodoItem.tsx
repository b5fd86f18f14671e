import { memo, useState } from "react";
import type { Todo } from "./todo";

interface TodoItemProps {
  todo: Todo;
  /** Those of others can be read by a lead, and changed by nobody else. */
  isMine: boolean;
  edit(todo: Todo): void;
  remove(todo: Todo): void;
}

/** Memoised: of a thousand, only the one that has changed renders again. */
export const TodoItem = memo(function TodoItem({ todo, isMine, edit, remove }: TodoItemProps) {
  const { title, done, owner } = todo;
  const [isEditing, setEditing] = useState(false);
  const rename = (to: string): void => {
    setEditing(false);
    if (to !== "" && to !== title) edit({ ...todo, title: to });
  };
  if (isEditing) return <EditTitle title={title} rename={rename} />;
  return (
    <li>
      <label>
        <input
          type="checkbox"
          checked={done}
          disabled={!isMine}
          onChange={() => edit({ ...todo, done: !done })}
        />
        <span>{title}</span>
      </label>
      {isMine ? (
        <>
          <button
            type="button"
            className="quiet"
            aria-label={`Edit ${title}`}
            onClick={() => setEditing(true)}
          >
            ✎
          </button>
          <button
            type="button"
            className="quiet"
            aria-label={`Delete ${title}`}
            onClick={() => remove(todo)}
          >
            ×
          </button>
        </>
      ) : (
        <code>{owner}</code>
      )}
    </li>
  );
});

function EditTitle({ title, rename }: { title: string; rename(to: string): void }) {
  return (
    <li>
      <input
        aria-label={`Title of ${title}`}
        defaultValue={title}
        autoFocus
        onBlur={({ target }) => rename(target.value.trim())}
        onKeyDown={({ key, currentTarget }) => key === "Enter" && currentTarget.blur()}
      />
    </li>
  );
}
