/** What a scenario remembers of its answers, for its later steps. */
export class Variables {
  readonly #values: Record<string, unknown>;

  constructor(given: Readonly<Record<string, unknown>>) {
    this.#values = { ...given };
  }

  get(name: string): string {
    return String(this.#values[name]);
  }

  set(name: string, value: unknown): void {
    this.#values[name] = value;
  }

  /** Takes values out of an answer, by their paths. */
  capture(paths: Readonly<Record<string, string>>, answer: unknown): void {
    for (const [name, path] of Object.entries(paths)) this.#values[name] = pick(answer, path);
  }

  /** Puts values where `${name}` stands. */
  fill(value: unknown): unknown {
    if (typeof value === "string")
      return value.replace(/\$\{(\w+)\}/g, (text, name: string) =>
        name in this.#values ? String(this.#values[name]) : text,
      );
    if (Array.isArray(value)) return value.map((item) => this.fill(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.fill(item)]));
  }
}

function pick(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (inner, name) => (inner as Record<string, unknown> | undefined)?.[name],
      value,
    );
}
