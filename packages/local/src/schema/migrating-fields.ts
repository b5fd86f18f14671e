import { parentOf, shapeIn, withShape } from "../fql/model/nested-fields";
import type { Shape } from "../fql/model/shape";

/** The fields of a collection on their way back through its migrations. */
export class MigratingFields {
  #shapes: ReadonlyMap<string, Shape>;
  /** Which field of the submitted schema one is there. */
  readonly #origins = new Map<string, string>();

  constructor(shapes: ReadonlyMap<string, Shape>) {
    this.#shapes = shapes;
  }

  get shapes(): ReadonlyMap<string, Shape> {
    return this.#shapes;
  }

  shape(field: string): Shape | undefined {
    return shapeIn(this.#shapes, field);
  }

  origin(field: string): string {
    return this.#origins.get(field) ?? field;
  }

  set(field: string, shape: Shape, origin: string = field): void {
    this.#shapes = withShape(this.#shapes, field, shape);
    this.#origins.set(field, origin);
  }

  delete(field: string): void {
    this.#shapes = withShape(this.#shapes, field, null);
  }

  /** Whether a field could be there: its parent, if it has one, is an object. */
  hasPlaceFor(field: string): boolean {
    const parent = parentOf(field);
    return !parent || this.shape(parent)?.kind === "object";
  }
}
