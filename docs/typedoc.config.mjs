import { Converter } from "typedoc";
import entries from "../entries.json" with { type: "json" };

/** The entries that are named after an SDK export what "fauna-clerk" does. */
const library = entries
  .filter(({ client, sdk, framework }) => !client || !(sdk ?? framework))
  .map(({ name }) => name);

/** Calls entries by the names that one imports; to TypeDoc they are "src", "src/v4" and "packages/local/src". */
function nameEntries({ converter }) {
  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const entry of project.children ?? [])
      entry.name = entry.name
        .replace(/^packages\/local\/src$/, "@fauna-clerk/local")
        .replace(/^src\b/, "fauna-clerk");
  });
}

/** @type {import("typedoc").TypeDocOptions & import("typedoc-plugin-markdown").PluginOptions} */
export default {
  name: "API reference",
  entryPoints: [...library.map((name) => `../src/${name}.ts`), "../packages/local/src/index.ts"],
  plugin: [nameEntries, "typedoc-plugin-markdown", "typedoc-vitepress-theme"],
  out: "reference",
  docsRoot: ".",
  readme: "none",
  // `npm run types` has checked them.
  skipErrorChecking: true,
  disableSources: true,
  hideBreadcrumbs: true,
  hidePageHeader: true,
  // A link that leads nowhere fails; a type that is not exported is one that nobody has to name.
  treatValidationWarningsAsErrors: true,
  validation: { notExported: false },
  sortEntryPoints: false,
  sort: ["alphabetical"],
  groupOrder: ["Functions", "Variables", "Classes", "Interfaces", "Type Aliases"],
};
