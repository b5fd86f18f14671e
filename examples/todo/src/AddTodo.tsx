import { useState, type FormEvent } from "react";

export function AddTodo({ add }: { add(title: string): void }) {
  const [title, setTitle] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTitle("");
    add(title.trim());
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
