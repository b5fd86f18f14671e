import js from "@eslint/js";
import comments from "@eslint-community/eslint-plugin-eslint-comments";
import reactHooks from "eslint-plugin-react-hooks";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const TYPESCRIPT = ["**/*.{ts,tsx}"];
const SOURCES = ["src/**/*.{ts,tsx}", "packages/*/src/**/*.ts"];

const NODE_GLOBALS =
  "AbortController AbortSignal Buffer clearTimeout console fetch performance process Response setTimeout TextDecoder TextEncoder URL URLSearchParams".split(
    " ",
  );

export default defineConfig(
  {
    ignores: [
      "**/dist/",
      "**/node_modules/",
      "coverage/",
      "**/.vite/",
      "**/.next/",
      "**/.react-router/",
      "examples/react-router/build/",
      "**/routeTree.gen.ts",
      "docs/.vitepress/{cache,.temp}/",
      "packages/local/conformance/recorded/",
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    plugins: { comments },
    rules: {
      // Prettier's affair.
      "no-unexpected-multiline": "off",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-duplicate-imports": "error",
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
    // These have no React; looking for it in them takes a fifth of the time.
    files: TYPESCRIPT,
    ignores: ["packages/**/*.ts", "src/{auth,client,cache,live}/**", "test/**/*.test.ts"],
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
      "no-restricted-exports": [
        "error",
        { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // A type argument that the caller states is what the driver's own signatures have.
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    // Engines forget a combined signal that nobody listens to, and report its end in their own ways.
    files: ["src/**/*.{ts,tsx}"],
    ignores: ["src/auth/signals.ts"],
    rules: {
      "no-restricted-globals": [
        "error",
        { name: "DOMException", message: "React Native lacks it: see src/auth/signals.ts." },
      ],
      "no-restricted-properties": [
        "error",
        ...["any", "timeout", "abort"].map((property) => ({
          object: "AbortSignal",
          property,
          message: "Make signals by src/auth/signals.ts, which says why.",
        })),
        { property: "throwIfAborted", message: "React Native lacks it: see src/auth/signals.ts." },
        {
          object: "URL",
          property: "canParse",
          message: "React Native lacks it: see src/client/endpoint.ts.",
        },
        ...["signal", "attempt", "lifetime"].map((object) => ({
          object,
          property: "reason",
          message: "React Native's signals have none: see src/auth/signals.ts.",
        })),
        {
          property: "onabort",
          message: "It takes the place of another listener. Use addEventListener.",
        },
      ],
    },
  },
  {
    // Clocks are set, and back, too.
    files: ["src/live/**"],
    ignores: ["src/live/clock.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "MemberExpression[object.name='Date'][property.name='now']",
          message:
            "Measure by now(), or say by dateNow() that a date is meant: see src/live/clock.ts.",
        },
      ],
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
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: {
      globals: Object.fromEntries(NODE_GLOBALS.map((name) => [name, "readonly"])),
    },
    rules: { "no-unused-vars": ["error", { argsIgnorePattern: "^_" }] },
  },
);
