import { notFound } from "./api-error";
import { createUser, type LocalClerkUser, type LocalClerkUserInput } from "./users";

/** The users of one local Clerk, found by id or by what they type to sign in. */
export class Directory {
  readonly #users = new Map<string, LocalClerkUser>();

  constructor(inputs: readonly LocalClerkUserInput[]) {
    inputs.forEach((input) => this.add(input));
  }

  add(input: LocalClerkUserInput): LocalClerkUser {
    const user = createUser(input);
    if (this.#users.has(user.id)) throw new Error(`Two users have the id ${user.id}.`);
    this.#users.set(user.id, user);
    return user;
  }

  /** The user with this id. Throws Clerk's 404. */
  get(id: string): LocalClerkUser {
    const user = this.#users.get(id);
    if (!user) throw notFound(`No user was found with id ${id}.`);
    return user;
  }

  /** The user with this email address or username. */
  byIdentifier(identifier: string): LocalClerkUser | undefined {
    return this.all().find((user) => identifier === user.email || identifier === user.username);
  }

  all(): readonly LocalClerkUser[] {
    return [...this.#users.values()];
  }
}
