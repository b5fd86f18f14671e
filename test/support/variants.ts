import { testedDrivers, type TestedDriver } from "./drivers";
import { type Mode, modes } from "./modes";

/** For `describe.each`: each mode and each driver once. No code knows both, so none can be wrong with one pair alone. */
export const variants: readonly (Mode & TestedDriver)[] = modes.map((mode, index) => ({
  ...mode,
  ...(testedDrivers[index] as TestedDriver),
}));
