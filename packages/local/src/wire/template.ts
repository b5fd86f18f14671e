import { quote } from "../fql/quote";
import { TWICE } from "../http/read-json";

/** Text of a query with gaps, and the values (as they came) that go into them. */
export interface TemplateText {
  readonly text: string;
  readonly values: readonly { readonly at: number; readonly value: unknown }[];
}

/** How a value from outside shows in the text of a query. */
export const PLACEHOLDER = "<value>";

/** A template that has none of the known forms. */
export class InvalidTemplate extends Error {
  override readonly name = "InvalidTemplate";
}

const FORMS = new Set(["fql", "value", "array", "object"]);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What the server's parser calls a JSON value that it did not expect. */
function jsonName(value: unknown): string {
  if (value === null) return "Null";
  if (Array.isArray(value)) return "Array Start";
  if (typeof value === "object") return "Object Start";
  if (typeof value === "bigint" || Number.isInteger(value)) return "Integer";
  return { number: "Double", boolean: "Boolean" }[typeof value as string] ?? "String";
}

function unexpected(value: unknown, wanted?: string): InvalidTemplate {
  const hint = wanted === undefined ? "" : ` Expected ${wanted}.`;
  return new InvalidTemplate(`Unexpected JSON ${jsonName(value)}.${hint}`);
}

function notSingle(): InvalidTemplate {
  const wanted = "an object with a single key 'fql', 'value', 'array', or 'object'";
  return new InvalidTemplate(`Unexpected JSON Object Field Name. Expected ${wanted}.`);
}

/** Writes a wire template as query text: `{fql}`, `{value}`, `{array}`, `{object}`, or plain text. */
class TemplateWriter {
  text = "";
  readonly values: { at: number; value: unknown }[] = [];
  #inContainer = false;
  /** How many pieces of query text there are so far. */
  #queries = 0;

  write(template: unknown): void {
    if (typeof template !== "string") {
      this.#form(template);
      return;
    }
    this.#queries++;
    this.#wrapped(() => (this.text += template));
  }

  #form(template: unknown): void {
    if (!isObject(template)) throw unexpected(template, "query template");
    const [entry, ...others] = Object.entries(template);
    if (!entry) throw new InvalidTemplate("Unexpected JSON Object End.");
    const [form, content] = entry;
    if (!FORMS.has(form)) throw notSingle();
    if (form === "value") this.#value(content);
    else if (form === "object") this.#object(content);
    else if (!Array.isArray(content)) throw unexpected(content);
    else if (form === "fql") this.#fql(content);
    else this.#array(content);
    if (others.length || TWICE in template) throw notSingle();
  }

  #fql(parts: readonly unknown[]): void {
    this.#wrapped(() => {
      this.#parts(parts);
    });
  }

  #array(items: readonly unknown[]): void {
    this.#container(
      "[",
      "]",
      items,
      (item) => this.write(item),
      (values) => values,
    );
  }

  #object(content: unknown): void {
    if (!isObject(content)) throw unexpected(content);
    const twice = (content as { [TWICE]?: string })[TWICE];
    if (twice !== undefined) throw new InvalidTemplate(`Duplicate object field \`${twice}\``);
    const entries = Object.entries(content);
    this.#container(
      "{ ",
      " }",
      entries,
      ([name, item]) => {
        this.text += `${quote(name)}: `;
        this.write(item);
      },
      (values) => ({
        "@object": Object.fromEntries(entries.map(([name], i) => [name, values[i]])),
      }),
    );
  }

  #value(value: unknown): void {
    this.values.push({ at: this.text.length, value });
    this.text += PLACEHOLDER;
  }

  #parts(parts: readonly unknown[]): void {
    const before = this.#inContainer;
    this.#inContainer = false;
    for (const part of parts) this.write(part);
    this.#inContainer = before;
  }

  /** A query inside an array or object stands in parentheses. */
  #wrapped(write: () => void): void {
    if (this.#inContainer) this.text += "(";
    write();
    if (this.#inContainer) this.text += ")";
  }

  /** What holds no query at all is a value as a whole. */
  #container<T>(
    open: string,
    close: string,
    items: readonly T[],
    write: (item: T) => void,
    whole: (values: readonly unknown[]) => unknown,
  ): void {
    const before = this.#inContainer;
    const [queries, start, first] = [this.#queries, this.text.length, this.values.length];
    this.#inContainer = true;
    this.text += open;
    for (const [i, item] of items.entries()) {
      if (i) this.text += ", ";
      write(item);
    }
    this.text += close;
    this.#inContainer = before;
    if (this.#queries === queries) {
      this.text = this.text.slice(0, start);
      this.#value(whole(this.values.splice(first).map(({ value }) => value)));
    }
  }
}

/** The text of a query and its values; throws `InvalidTemplate`. */
export function writeTemplate(template: unknown): TemplateText {
  const writer = new TemplateWriter();
  writer.write(template);
  return { text: writer.text, values: writer.values };
}
