import type { Setup } from "./goal";
import type { Step } from "./plan";

/** Makes the collections that are not there. */
export function collectionsStep(setup: Setup): Step {
  return {
    title: "Collections",
    inspect() {
      const { collections } = setup.settings;
      const names = collections.filter((name) => !setup.state.collections.includes(name));
      if (names.length === 0) return Promise.resolve({ state: "same", details: collections });
      const apply = async (): Promise<undefined> => {
        await setup.database.query("names.forEach(name => Collection.create({ name: name }))", {
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
