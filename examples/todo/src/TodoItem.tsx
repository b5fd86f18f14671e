import { memo, useRef, useState, type KeyboardEvent } from "react";
import type { Todo } from "./todo";
import { useFocusHandover } from "./use-focus-handover";

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
  const item = useFocusHandover();
  const editButton = useRef<HTMLButtonElement>(null);
  const rename = (to: string): void => {
    setEditing(false);
    if (to !== "" && to !== title) edit({ ...todo, title: to });
  };
  return (
    <li ref={item}>
      {isEditing ? (
        <EditTitle title={title} rename={rename} leave={() => editButton.current?.focus()} />
      ) : (
        <label>
          <input
            type="checkbox"
            checked={done}
            disabled={!isMine}
            onChange={() => edit({ ...todo, done: !done })}
          />
          <span>{title}</span>
        </label>
      )}
      {isMine ? (
        <>
          <button
            ref={editButton}
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

interface EditTitleProps {
  title: string;
  rename(to: string): void;
  /** Moves the focus on, which ends the editing. */
  leave(): void;
}

function EditTitle({ title, rename, leave }: EditTitleProps) {
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    if (event.key === "Escape") event.currentTarget.value = title;
    event.preventDefault(); // or the key would press what gets the focus
    leave();
  };
  return (
    <input
      aria-label={`Title of ${title}`}
      defaultValue={title}
      autoFocus
      onBlur={({ target }) => rename(target.value.trim())}
      onKeyDown={onKeyDown}
    />
  );
}
