import js from "@eslint/js";
import comments from "@eslint-community/eslint-plugin-eslint-comments";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import { importX } from "eslint-plugin-import-x";
import reactHooks from "eslint-plugin-react-hooks";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const TYPESCRIPT = ["**/*.{ts,tsx}"];
const SOURCES = ["src/**/*.{ts,tsx}"];

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
    target: within("local"),
    from: [...LAYERS.map(within), ENTRIES],
    message: "The stand-ins need nothing of the runtime.",
  },
  {
    target: [...LAYERS.map(within), "./src/!(local|cli).{ts,tsx}"],
    from: [within("local"), "./src/local.{ts,tsx}", within("cli"), "./src/cli.{ts,tsx}"],
    message: "The runtime needs nothing of the stand-ins and of the command line.",
  },
];

/** What may be imported by one place alone. */
const ONLY = {
  clerkReact: { regex: "^@clerk/clerk-react", message: "Only src/clerk-react.ts may." },
  clerk: { regex: "^@clerk/react", message: "Only src/react.ts may." },
  otherClerk: {
    regex: "^@clerk/(?!react|clerk-react|backend)",
    message: "The library needs no other SDK of Clerk's.",
  },
  faunadb: { regex: "^faunadb", message: "Only src/drivers/v4-driver.ts may." },
  fauna: { regex: "^fauna$", message: "Only errors, drivers and the layers above may." },
  clerkBackend: { regex: "^@clerk/backend", message: "Only the command line may." },
  prompts: { regex: "^@clack/prompts$", message: "Only the command line may." },
  jose: { regex: "^jose", message: "Only the stand-ins and the command line may." },
  node: {
    regex: "^node:",
    message: "Only the stand-ins and the command line may: the rest runs in browsers.",
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

const mayImport = (files, ...allowed) => ({
  files,
  rules: {
    "@typescript-eslint/no-restricted-imports": ["error", { patterns: everythingBut(...allowed) }],
  },
});

export default defineConfig(
  {
    ignores: [
      "**/dist/",
      "**/node_modules/",
      "coverage/",
      "**/.vite/",
      "test/conformance/recorded/",
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    plugins: { "import-x": importX, comments },
    settings: {
      "import-x/parsers": { "@typescript-eslint/parser": [".ts", ".tsx"] },
      "import-x/resolver-next": [createTypeScriptImportResolver({ project: "tsconfig.json" })],
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
    extends: [tseslint.configs.strict, reactHooks.configs.flat["recommended-latest"]],
    rules: {
      "react-hooks/exhaustive-deps": "error",
      "react-hooks/incompatible-library": "error",
      "react-hooks/unsupported-syntax": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      // A leading underscore says what a value is left out for.
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_" },
      ],
    },
  },
  {
    files: SOURCES,
    extends: [tseslint.configs.strictTypeCheckedOnly],
    languageOptions: {
      parserOptions: { project: "tsconfig.json", tsconfigRootDir: import.meta.dirname },
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
    files: ["test/**", "src/local/**"],
    rules: { "@typescript-eslint/no-non-null-assertion": "off" },
  },
  {
    // Tests take hooks and setters out of components, and speak about answers of any type.
    files: ["test/**"],
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
    files: ["src/local/**"],
    rules: { "no-control-regex": "off", "@typescript-eslint/no-misused-spread": "off" },
  },
  mayImport(["src/{auth,explain,fetch}/**"]),
  mayImport(["src/*.{ts,tsx}"]),
  mayImport(["src/errors/**", "src/drivers/**", "src/query/**"], "fauna"),
  mayImport(["src/live/**"], "fauna", "tanstack"),
  mayImport(["src/drivers/v4-driver.ts"], "fauna", "faunadb"),
  mayImport(["src/react/**"], "fauna", "react", "tanstack"),
  mayImport(["src/clerk-react.ts"], "clerkReact", "react"),
  mayImport(["src/react.ts"], "clerk", "react"),
  mayImport(["src/local/**"], "node", "jose"),
  mayImport(["src/cli.ts", "src/cli/**"], "node", "jose", "fauna", "clerkBackend", "prompts"),
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: {
      globals: Object.fromEntries(NODE_GLOBALS.map((name) => [name, "readonly"])),
    },
    rules: { "no-unused-vars": ["error", { argsIgnorePattern: "^_" }] },
  },
);
