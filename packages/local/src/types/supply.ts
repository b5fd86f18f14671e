import type { Span } from "../fql/source";
import { AltGroup, type Alt } from "./alternatives";
import { Variable } from "./type";

/** Where new variables and groups of alternatives come from. */
export class Supply {
  #variables = 0;
  #groups = 0;

  variable(span: Span, level: number): Variable {
    return new Variable(++this.#variables, level, span);
  }

  group(
    size: number,
    exclusive: boolean,
    variableLevel: number,
    parent: Alt | null = null,
  ): AltGroup {
    return new AltGroup(++this.#groups, size, exclusive, parent, variableLevel);
  }
}
