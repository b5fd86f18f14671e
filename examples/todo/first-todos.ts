import { fql } from "fauna";

/** Something to look at on the first start; with the moth, Grace has a thousand. */
export const firstTodos = fql`
  if (Todo.all().isEmpty()) {
    [
      { owner: "user_ada", org: "personal", title: "Sketch the note on Bernoulli numbers", done: true },
      { owner: "user_ada", org: "personal", title: "Write to Mr Babbage", done: false },
      { owner: "user_ada", org: "personal", title: "Reserve a loom for Thursday", done: false },
      { owner: "user_ada", org: "org_engine", title: "Order more brass gears", done: false },
      { owner: "user_ada", org: "org_navy", title: "Review the tide tables", done: false },
      { owner: "user_grace", org: "personal", title: "Tape the moth into the logbook", done: true },
      { owner: "user_grace", org: "org_navy", title: "Explain nanoseconds with wire", done: false },
    ].forEach(todo => Todo.create({
      owner: todo.owner, org: todo.org, title: todo.title, done: todo.done, createdAt: Time.now()
    }))
    Set.sequence(1, 1000).forEach(page => Todo.create({
      owner: "user_grace", org: "personal", title: "Check page #{page} of the tape", done: page % 3 == 0,
      createdAt: Time.now().subtract(page, "minutes")
    }))
  }
`;
