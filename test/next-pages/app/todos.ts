import { fql, type Page } from "fauna";

export const todos = fql<Page<{ title: string }>>`Todo.newest()`;
