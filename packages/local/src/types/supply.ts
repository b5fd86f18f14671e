import type { Span } from "../fql/source";
import { AltGroup, type Alt } from "./alternatives";
import { Variable } from "./type";

/** Where new variables and groups of alternatives come from. */
export class Supply {
  #variables = 0;
  #groups = 0;

  /** `isQuick`: unions that a value plainly fits need not be opened; see `plain-unions.ts`. */
  constructor(readonly isQuick = false) {}

  /** The id of a group that may be made later: ids decide orders. */
  reserve(): number {
    return ++this.#groups;
  }

  variable(span: Span, level: number): Variable {
    return new Variable(++this.#variables, level, span);
  }

  group(
    size: number,
    exclusive: boolean,
    variableLevel: number,
    parent: Alt | null = null,
    id: number = this.reserve(),
  ): AltGroup {
    return new AltGroup(id, size, exclusive, parent, variableLevel);
  }
}
