import { join, relative } from "node:path";
import ts from "typescript";

import { documents, read, root } from "./documents";

/** A `ts` or `tsx` block of a document. */
export interface Block {
  /** Where its code starts: `README.md:52`. */
  readonly place: string;
  readonly document: string;
  /** Its line numbers are those of the document, so that errors name them. */
  readonly code: string;
}

/** What blocks without imports, which show a line or two, may use. */
const FRAGMENT = `import { fql } from "fauna"; import { useFaunaQuery } from "fauna-clerk/react"; declare const fauna: import("@fauna-clerk/local").LocalFauna;`;

/** The reader's own files that blocks import. */
const READERS_FILES = {
  "ErrorBoundary.d.ts": `
    import { Component, type ReactNode } from "react";
    type Props = { onReset(): void; fallback: ReactNode; children?: ReactNode };
    export declare class ErrorBoundary extends Component<Props> {}`,
  "Todos.d.ts": `export declare function Todos(): React.ReactNode;`,
  "fauna.d.ts": `
    import type { FaunaRequest } from "fauna-clerk/server";
    export declare const getFauna: () => Promise<FaunaRequest>;`,
  "queries.d.ts": `
    import type { Page, Query } from "fauna";
    export declare const todos: Query<Page<{ id: string; title: string }>>;`,
  "actions.d.ts": `
    import type { FaunaReceipt } from "fauna-clerk/server";
    export declare function addTodo(title: string): Promise<FaunaReceipt>;`,
  "fauna.server.d.ts": `
    import type { FaunaRequest } from "fauna-clerk/server";
    import type { MiddlewareFunction, RouterContext } from "react-router";
    export declare const faunaContext: RouterContext<FaunaRequest>;
    export declare const faunaMiddleware: MiddlewareFunction<Response>;`,
};

/** What the reader has installed and the repository has not: it needs React Native, or a whole framework. */
const READERS_PACKAGES = `
  declare module "server-only" {}
  declare module "@clerk/nextjs" {
    import type { ReactNode } from "react";
    export declare function ClerkProvider(props: { children?: ReactNode }): ReactNode;
  }
  declare module "@clerk/nextjs/server" {
    export declare function clerkMiddleware(): () => Promise<Response>;
  }
  declare module "@react-router/dev/config" {
    export type Config = { future?: { v8_middleware?: boolean } };
  }
  declare module "@clerk/tanstack-react-start" {
    import type { ReactNode } from "react";
    export declare function ClerkProvider(props: { children?: ReactNode }): ReactNode;
    export declare function Show(props: { when: "signed-in" | "signed-out"; children?: ReactNode }): ReactNode;
    export declare function SignInButton(): ReactNode;
    export declare function UserButton(): ReactNode;
  }
  declare module "@clerk/tanstack-react-start/server" {
    export declare function clerkMiddleware(): object;
  }
  declare module "@tanstack/react-start" {
    import type { FaunaRequest, FaunaServerAuth } from "fauna-clerk/server";
    type Next = (options: { context: object }) => Promise<{ response: Response }>;
    type Given = { context: { auth(): FaunaServerAuth }; request: Request; next: Next };
    type Context = { context: { fauna: FaunaRequest } };
    type ServerFn = { handler<T>(run: (given: Context) => Promise<T>): () => Promise<T> };
    type WithInput<I> = {
      handler<T>(run: (given: Context & { data: I }) => Promise<T>): (given: { data: I }) => Promise<T>;
    };
    export declare function createStart(options: () => { requestMiddleware: object[] }): object;
    export declare function createCsrfMiddleware(options: {
      filter(given: { handlerType: string }): boolean;
    }): object;
    export declare function createMiddleware(): {
      middleware(before: object[]): { server(run: (given: Given) => Promise<unknown>): object };
    };
    export declare function createServerFn(options?: { method: "POST" }): ServerFn & {
      validator<I>(validate: (data: I) => I): WithInput<I>;
    };
  }
  declare module "@tanstack/react-router" {
    import type { ReactNode } from "react";
    export declare function HeadContent(): ReactNode;
    export declare function Scripts(): ReactNode;
    type Root = { shellComponent(props: { children: ReactNode }): ReactNode };
    export declare function createRootRoute(options: Root): object;
    type Options<T> = { loader: () => Promise<T>; component: () => ReactNode };
    export declare function createFileRoute(
      path: string,
    ): <T>(options: Options<T>) => { useLoaderData(): T };
  }
  declare module "@clerk/expo" {
    import type { ReactNode } from "react";
    type Props = { publishableKey: string; tokenCache?: object; children?: ReactNode };
    export declare function ClerkProvider(props: Props): ReactNode;
    export declare function Show(props: { when: "signed-in"; children?: ReactNode }): ReactNode;
  }
  declare module "@clerk/expo/token-cache" {
    export const tokenCache: object;
  }
  declare module "@react-native-community/netinfo" {
    const NetInfo: {
      addEventListener(listener: (state: { isConnected: boolean | null }) => void): () => void;
    };
    export default NetInfo;
  }
  declare module "react-native" {
    import type { ReactNode } from "react";
    type Input = { placeholder: string; value: string; onChangeText(text: string): void };
    type List<T> = { data: readonly T[] | null | undefined; renderItem(row: { item: T }): ReactNode };
    export declare function Button(props: { title: string; onPress(): void }): ReactNode;
    export declare function FlatList<T>(props: List<T>): ReactNode;
    export declare function Text(props: { role?: "alert"; children?: ReactNode }): ReactNode;
    export declare function TextInput(props: Input): ReactNode;
    export declare function View(props: { style?: object; children?: ReactNode }): ReactNode;
    type Status = "active" | "background" | "inactive" | "unknown" | "extension";
    export const AppState: {
      addEventListener(type: "change", listener: (state: Status) => void): { remove(): void };
    };
  }`;

/** As strict as a new Vite app, with the stricter options that the library supports. */
const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  target: ts.ScriptTarget.ES2023,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  jsx: ts.JsxEmit.ReactJSX,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  skipLibCheck: true,
  // Node's are for the sources of the local servers.
  types: ["vite/client", "node"],
  paths: {
    "fauna-clerk": [join(root, "src/index")],
    "fauna-clerk/*": [join(root, "src/*")],
    "@fauna-clerk/local": [join(root, "packages/local/src/index")],
    // The repository has it under another name, beside an older one.
    "@clerk/clerk-js/no-rhc": [join(root, "node_modules/clerk-js-6/no-rhc")],
  },
};

/** The blocks of a document. */
export function blocksOf(document: string): Block[] {
  const text = read(document);
  return [...text.matchAll(/^( *)```tsx?\n([^]*?)^ *```$/gm)].map(({ index, 2: code = "" }) => {
    const fence = text.slice(0, index).split("\n").length;
    const prelude = /^ *import /m.test(code) ? "" : FRAGMENT;
    const place = `${document}:${fence + 1}`;
    return { place, document, code: `${"\n".repeat(fence - 1)}${prelude}\n${code}` };
  });
}

/** What TypeScript says about blocks, each as `docs/live.md:12:5 message`. One program compiles all of them. */
export function compileBlocks(blocks: readonly Block[]): string[] {
  const modules = new Map(blocks.map((block) => [join(root, `${block.place}.tsx`), block]));
  const texts = new Map([...modules].map(([path, { code }]) => [path, code]));
  for (const folder of new Set(documents.map((document) => join(root, document, ".."))))
    for (const [name, text] of Object.entries(READERS_FILES)) texts.set(join(folder, name), text);

  const packages = join(root, "docs/packages.d.ts");
  texts.set(packages, READERS_PACKAGES);
  const host = ts.createCompilerHost(OPTIONS);
  const { fileExists, readFile } = host;
  host.getCurrentDirectory = () => root;
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  const program = ts.createProgram({
    rootNames: [packages, ...modules.keys()],
    options: OPTIONS,
    host,
  });
  const problems = [
    ...program.getOptionsDiagnostics(),
    ...[...modules.keys()].flatMap((path) => {
      const file = program.getSourceFile(path);
      return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    }),
  ];
  return problems.map((problem) => describe(problem, modules));
}

function describe(
  { file, start = 0, messageText }: ts.Diagnostic,
  modules: ReadonlyMap<string, Block>,
): string {
  const message = ts.flattenDiagnosticMessageText(messageText, "\n");
  if (!file) return message;
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  const name = modules.get(file.fileName)?.document ?? relative(root, file.fileName);
  return `${name}:${line + 1}:${character + 1} ${message}`;
}
