import { fql, type Query } from "fauna";
import { useState, type FormEvent } from "react";

const create = (title: string): Query => fql`
  let token = Query.token()!
  Todo.create({ title: ${title}, done: false, owner: token.sub, org: token.org, createdAt: Time.now() })
`;

export function AddTodo({ write }: { write(query: Query): void }) {
  const [title, setTitle] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTitle("");
    write(create(title.trim()));
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
