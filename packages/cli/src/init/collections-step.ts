import type { Goal } from "./goal";
import type { Step } from "./plan";

/** Makes the collections that are not there. */
export function collectionsStep(goal: Goal): Step {
  return {
    title: "Collections",
    inspect() {
      const { collections } = goal.settings;
      const names = collections.filter((name) => !goal.state.collections.includes(name));
      if (names.length === 0) return Promise.resolve({ state: "same", details: collections });
      const apply = async (): Promise<undefined> => {
        await goal.database.query("names.forEach(name => Collection.create({ name: name }))", {
          names,
        });
      };
      return Promise.resolve({
        state: "change",
        change: { kind: "create", details: names, apply },
      });
    },
  };
}
