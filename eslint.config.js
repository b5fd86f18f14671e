import { readFileSync } from "node:fs";

import js from "@eslint/js";
import comments from "@eslint-community/eslint-plugin-eslint-comments";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import { importX } from "eslint-plugin-import-x";
import reactHooks from "eslint-plugin-react-hooks";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const TYPESCRIPT = ["**/*.{ts,tsx}"];
const SOURCES = ["src/**/*.{ts,tsx}", "packages/*/src/**/*.ts"];

/** The entries of the library that are wired to a Clerk SDK. */
const SDK_ENTRIES = JSON.parse(
  readFileSync(new URL("entries.json", import.meta.url), "utf8"),
).filter(({ sdk }) => sdk);

const NODE_GLOBALS =
  "AbortController AbortSignal Buffer clearTimeout console fetch performance process Response setTimeout TextDecoder TextEncoder URL URLSearchParams".split(
    " ",
  );

/** Each layer may import itself and the layers after it. */
const LAYERS = ["react", "live", "query", "drivers", "fetch", "auth", "errors", "explain"];
const ENTRIES = "./src/*.{ts,tsx}";
const within = (layer) => `./src/${layer}/**/*`;

const zones = [
  ...LAYERS.map((layer, depth) => ({
    target: within(layer),
    from: [...LAYERS.slice(0, depth).map(within), ENTRIES],
    message: `Imports point one way: ${LAYERS.join(" → ")}.`,
  })),
  {
    target: "./packages/local/**/*",
    from: ["./src", "./packages/cli"],
    message: "The local servers need nothing of the library and of the command line.",
  },
  {
    target: "./packages/cli/src/!(explain).ts",
    from: "./src",
    message: "The command line takes nothing of the library but packages/cli/src/explain.ts.",
  },
  {
    target: "./packages/cli/src/*/**/*",
    from: "./src",
    message: "See packages/cli/src/explain.ts.",
  },
  {
    target: "./packages/cli/src/explain.ts",
    from: [...LAYERS.filter((layer) => layer !== "explain").map(within), ENTRIES],
    message: "Of the library the command line takes the explanations of a 401 alone.",
  },
  {
    target: "./packages/cli/**/*",
    from: "./packages/local",
    except: ["./src/index.ts"],
    message: "Import @fauna-clerk/local, not its insides.",
  },
  {
    target: "./src/**/*",
    from: "./packages",
    message: "The library needs nothing of the other packages.",
  },
];

/** What may be imported by one place alone. */
const ONLY = {
  clerk: { regex: "^@clerk/", message: "Only the entry that is named after the SDK may." },
  faunadb: { regex: "^faunadb", message: "Only src/drivers/v4-driver.ts may." },
  fauna: { regex: "^fauna$", message: "Only errors, drivers and the layers above may." },
  prompts: { regex: "^@clack/prompts$", message: "Only the command line may." },
  jose: { regex: "^jose", message: "Only the local servers and the command line may." },
  json: { regex: "^lossless-json$", message: "Only the command line may." },
  local: { regex: "^@fauna-clerk/", message: "Only the command line may." },
  node: {
    regex: "^node:",
    message: "Only the local servers and the command line may: the rest runs in browsers.",
  },
  react: { regex: "^react(-dom)?(/|$)", message: "Only src/react and the entries for it may." },
  tanstack: {
    regex: "^@tanstack/react-query$",
    allowTypeImports: true,
    message: "Only src/react and src/live may; src/query takes its types.",
  },
};

const everythingBut = (...allowed) =>
  Object.entries(ONLY)
    .filter(([name]) => !allowed.includes(name))
    .map(([, pattern]) => pattern);

const mayImportOnly = (files, patterns) => ({
  files,
  rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns }] },
});
const mayImport = (files, ...allowed) => mayImportOnly(files, everythingBut(...allowed));

/** An entry for an SDK of Clerk's imports that SDK and no other. */
const mayImportItsSdk = ({ name, sdk }) =>
  mayImportOnly(
    [`src/${name}.ts`],
    [
      ...everythingBut("clerk", "react"),
      {
        regex: `^@clerk/(?!${sdk.package.slice("@clerk/".length)}$)`,
        message: `This entry is that of ${sdk.package}.`,
      },
    ],
  );

export default defineConfig(
  {
    ignores: [
      "**/dist/",
      "**/node_modules/",
      "coverage/",
      "**/.vite/",
      "docs/.vitepress/{cache,.temp}/",
      "packages/local/conformance/recorded/",
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    plugins: { "import-x": importX, comments },
    settings: {
      "import-x/parsers": { "@typescript-eslint/parser": [".ts", ".tsx"] },
      "import-x/resolver-next": [
        createTypeScriptImportResolver({
          project: ["tsconfig.json", "packages/*/tsconfig.json"],
          noWarnOnMultipleProjects: true,
        }),
      ],
    },
    rules: {
      // Prettier's affair.
      "no-unexpected-multiline": "off",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "import-x/no-duplicates": "error",
      "import-x/no-self-import": "error",
      "comments/no-unlimited-disable": "error",
      "comments/require-description": ["error", { ignore: ["eslint-enable"] }],
    },
  },
  {
    files: TYPESCRIPT,
    extends: [tseslint.configs.strict],
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      // A leading underscore says what a value is left out for.
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_" },
      ],
    },
  },
  {
    // The other packages have no React; looking for it in them takes a fifth of the time.
    files: TYPESCRIPT,
    ignores: ["packages/**/*.ts"],
    extends: [reactHooks.configs.flat["recommended-latest"]],
    rules: {
      "react-hooks/exhaustive-deps": "error",
      "react-hooks/incompatible-library": "error",
      "react-hooks/unsupported-syntax": "error",
    },
  },
  {
    files: SOURCES,
    extends: [tseslint.configs.strictTypeCheckedOnly],
    languageOptions: {
      parserOptions: {
        project: ["tsconfig.json", "packages/*/tsconfig.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "import-x/no-cycle": "error",
      "import-x/no-default-export": "error",
      "import-x/no-extraneous-dependencies": ["error", { devDependencies: false }],
      "import-x/no-restricted-paths": ["error", { basePath: import.meta.dirname, zones }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // A type argument that the caller states is what the driver's own signatures have.
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    // A test that meets undefined fails anyway; an interpreter checks its bounds before it reads.
    files: ["test/**", "packages/*/test/**", "packages/local/src/**"],
    rules: { "@typescript-eslint/no-non-null-assertion": "off" },
  },
  {
    // Tests take hooks and setters out of components, and speak about answers of any type.
    files: ["test/**", "packages/*/test/**"],
    rules: {
      "react-hooks/globals": "off",
      "@typescript-eslint/no-explicit-any": "off",
      "@typescript-eslint/no-invalid-void-type": "off",
    },
  },
  {
    // The element is in the page's own HTML.
    files: ["examples/*/src/main.tsx"],
    rules: { "@typescript-eslint/no-non-null-assertion": "off" },
  },
  {
    // Control characters and code points are what a parser is about.
    files: ["packages/local/src/**"],
    rules: { "no-control-regex": "off", "@typescript-eslint/no-misused-spread": "off" },
  },
  mayImport(["src/{auth,explain,fetch}/**"]),
  mayImport(["src/*.{ts,tsx}"]),
  mayImport(["src/errors/**", "src/drivers/**", "src/query/**"], "fauna"),
  mayImport(["src/live/**"], "fauna", "tanstack"),
  mayImport(["src/drivers/v4-driver.ts"], "fauna", "faunadb"),
  mayImport(["src/react/**"], "fauna", "react", "tanstack"),
  ...SDK_ENTRIES.map(mayImportItsSdk),
  mayImport(["packages/local/src/**"], "node", "jose"),
  mayImport(["packages/cli/src/**"], "node", "jose", "json", "local", "prompts"),
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: {
      globals: Object.fromEntries(NODE_GLOBALS.map((name) => [name, "readonly"])),
    },
    rules: { "no-unused-vars": ["error", { argsIgnorePattern: "^_" }] },
  },
);
