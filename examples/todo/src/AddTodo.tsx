import { useState, type FormEvent } from "react";
import { newId, type Todo } from "./todo";

export function AddTodo({ add }: { add(todo: Todo): void }) {
  const [title, setTitle] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTitle("");
    add({ id: newId(), title: title.trim(), done: false });
  };
  return (
    <form className="add" onSubmit={submit}>
      <input
        aria-label="New todo"
        placeholder="What needs doing?"
        value={title}
        onChange={(event) => setTitle(event.target.value)}
      />
      <button type="submit" className="primary" disabled={title.trim() === ""}>
        Add
      </button>
    </form>
  );
}
