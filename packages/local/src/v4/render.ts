import { lambdaText } from "./lambda-text";
import { dateText, timeText } from "../fql/values/times";
import {
  EventView,
  isArray,
  isObject,
  isTagged,
  Lambda,
  NUMBERED,
  Page,
  Ref,
  SetRef,
  TransactionTime,
  UNNAMED_SOURCE,
  type V4Object,
  type V4Value,
} from "./values";
import { type ApiVersion, FIRST_OF_LAMBDAS, isBefore, later } from "./versions";

/** Before 2.7, collections were classes. */
const FIRST_WITH_COLLECTIONS: ApiVersion = "2.7";

/** At first, references were paths. */
const FIRST_WITH_REF_OBJECTS: ApiVersion = "2.1";

/** What happens to documents was called alike in sets, and updates were nothing of their own. */
const FIRST_ACTIONS: ReadonlyMap<V4Value, string> = new Map([
  ["add", "create"],
  ["update", "create"],
  ["remove", "delete"],
]);

/** `classes/NAME/ID`, `indexes/NAME`, `keys/ID`. */
function pathOf({ id, collection }: Ref): string {
  if (!collection) return id === "collections" ? "classes" : id;
  return `${pathOf(collection)}/${id}`;
}

/** Writes values in the wire format, in the words of one API version. */
export class Renderer {
  readonly #outer: "collection" | "class";
  readonly #collections: string;

  constructor(readonly version: ApiVersion) {
    const legacy = isBefore(version, FIRST_WITH_COLLECTIONS);
    this.#outer = legacy ? "class" : "collection";
    this.#collections = legacy ? "classes" : "collections";
  }

  /** The JSON text of a value; integers keep all their digits. */
  text(value: V4Value): string {
    if (typeof value === "bigint") return String(value);
    if (typeof value === "number") return numberText(value);
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    if (isArray(value)) return `[${value.map((item) => this.text(item)).join(",")}]`;
    if (isObject(value)) return this.#object(value);
    if (value instanceof Page) return this.#fields([...value.toObject()]);
    return this.#tagged(value);
  }

  #tagged(value: Exclude<V4Value, V4Object | null | boolean | string | bigint | number>): string {
    if (isTagged(value, "time")) return tag("@ts", JSON.stringify(timeText(value)));
    if (isTagged(value, "date")) return tag("@date", JSON.stringify(dateText(value)));
    if (isTagged(value, "bytes")) return tag("@bytes", JSON.stringify(value.base64));
    if (value instanceof TransactionTime) return String(value.micros);
    if (isTagged(value, "uuid")) return tag("@uuid", JSON.stringify(value.text));
    if (value instanceof Ref) return this.#ref(value);
    if (value === UNNAMED_SOURCE) return tag("@set", "null");
    if (value instanceof SetRef) return this.#whole(value);
    if (value instanceof Lambda) return tag("@query", this.lambda(value));
    return "null";
  }

  /** All documents of a kind of schema are shown as their collection. */
  #whole(set: SetRef): string {
    return set.isSchema ? this.#ref(set.collection) : tag("@set", this.#set(set));
  }

  #set({ collection, view }: SetRef): string {
    if (!view) return tag("documents", this.#ref(collection));
    const fields = Object.entries(view.shown).map(([key, part]) => {
      if (key === "events" && part instanceof SetRef) return `"events":${this.#set(part)}`;
      const isBare = part instanceof Lambda && key !== "terms";
      return `"${key}":${isBare ? this.lambda(part) : this.text(part)}`;
    });
    return `{${fields.join(",")}}`;
  }

  /** A lambda tells its version since versions tell apart what a lambda means, and what it has from outside as bindings. */
  lambda(lambda: Lambda): string {
    const version = later(lambda.expression.version, this.version);
    return lambdaText(lambda, isBefore(FIRST_OF_LAMBDAS, version), (value) => this.text(value));
  }

  /** What has a name shows its database itself, all else has a collection that shows it. */
  #ref(ref: Ref): string {
    if (isBefore(this.version, FIRST_WITH_REF_OBJECTS))
      return tag("@ref", JSON.stringify(pathOf(ref)));
    const { id, collection, database } = ref;
    const name = collection === null && id === "collections" ? this.#collections : id;
    const fields = [`"id":${JSON.stringify(name)}`];
    const isNamed = ref.schemaClass !== undefined && !NUMBERED.includes(ref.schemaClass);
    const shown = collection && (isNamed ? new Ref(collection.id, null) : collection);
    if (shown) fields.push(`"${this.#outer}":${this.#ref(shown)}`);
    if (database && (isNamed || !collection)) fields.push(`"database":${this.#ref(database)}`);
    return tag("@ref", `{${fields.join(",")}}`);
  }

  /** An object that could be taken for a tagged value is wrapped. */
  #object(value: V4Object): string {
    const text = this.#fields(value instanceof EventView ? this.#event(value) : [...value]);
    return [...value.keys()].some((key) => key.startsWith("@")) ? tag("@obj", text) : text;
  }

  /** What documents are called has changed with what collections are; at first events told less. */
  #event(event: EventView): (readonly [string, V4Value])[] {
    const isFirst = isBefore(this.version, FIRST_WITH_REF_OBJECTS);
    const name = isFirst ? "resource" : this.#outer === "class" ? "instance" : "document";
    return [...event].flatMap(([key, value]): (readonly [string, V4Value])[] => {
      if (key === "document") return [[name, value]];
      if (!isFirst) return [[key, value]];
      return key === "data" ? [] : [[key, (key === "action" && FIRST_ACTIONS.get(value)) || value]];
    });
  }

  #fields(fields: readonly (readonly [string, V4Value])[]): string {
    return `{${fields.map(([key, value]) => `${JSON.stringify(key)}:${this.text(value)}`).join(",")}}`;
  }
}

function tag(name: string, content: string): string {
  return `{"${name}":${content}}`;
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) return JSON.stringify(String(value));
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? value.toFixed(1) : String(value);
}
