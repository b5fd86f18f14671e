import type { Cx } from "./context";
import { indexOf } from "./sets";
import { mayRead, mayReadSome, noAccess } from "./rights";
import { Doc, EventSource, Failure, Lambda, type Followed, type Rows, type Value } from "./values";

export const NOT_ON_THE_SET =
  "can't call `.changesOn()` because it was not called on the source set.";

/** An event source of a set: whoever makes it must be able to read from there. */
export function eventSource(
  cx: Cx,
  { followed }: Rows,
  watched: readonly (readonly string[])[] | null = null,
): EventSource {
  if (typeof followed === "string")
    throw new Failure("invalid_receiver", `can't call \`.eventSource()\` because ${followed}`);
  const refused = refusal(cx, followed);
  if (refused) throw refused;
  return new EventSource(followed, watched ?? [], cx.world.now, watched !== null);
}

/** Why somebody may not follow a set; null if he may. */
export function refusal(cx: Cx, { coll, single }: Followed): Failure | null {
  if (single === undefined) return mayReadSome(cx, coll) ? null : noAccess(coll);
  const what = "Insufficient privileges to create a stream on the source document.";
  return mayRead(cx, new Doc(coll, single)) ? null : new Failure("permission_denied", what);
}

/** Events of changes to some fields. */
export function eventsOn(cx: Cx, rows: Rows, fields: readonly Value[]): EventSource {
  const { followed } = rows;
  if (typeof followed !== "string" && followed.steps.length)
    throw new Failure("invalid_receiver", NOT_ON_THE_SET);
  const watched = fields.map(pathOf);
  const index =
    typeof followed !== "string" && followed.index
      ? indexOf(cx, followed.coll, followed.index.name)
      : null;
  const covered =
    index && [...index.terms, ...index.values].map((entry) => entry.fields.get("field"));
  const bare = covered ? watched.filter((path) => !covered.includes(`.${path.join(".")}`)) : [];
  if (bare.length && typeof followed !== "string") {
    const names = bare.map((path) => `\`${path.join(".")}\``).join(", ");
    const message = `invalid argument \`fields\`: ${names} not covered by the \`${followed.index?.name}\` index.`;
    throw new Failure("invalid_argument", message);
  }
  return eventSource(cx, rows, watched);
}

/** The path of `.a.b`. */
function pathOf(value: Value, place: number): string[] {
  const body = value instanceof Lambda ? value.body : null;
  const links = body?.kind === "chain" && body.base.kind === "this" ? body.links : [];
  const names = links.flatMap((link) => (link.kind === "field" ? [link.name.text] : []));
  if (names.length && names.length === links.length) return names;
  throw new Failure("invalid_argument", `invalid argument \`${place}\`: invalid field path given`);
}
