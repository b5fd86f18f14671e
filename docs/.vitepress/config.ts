import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { slug } from "github-slugger";
import { defineConfig, type DefaultTheme, type MarkdownOptions } from "vitepress";

type Markdown = Parameters<NonNullable<MarkdownOptions["config"]>>[0];
type Token = ReturnType<Markdown["parse"]>[number];

const root = fileURLToPath(new URL("../..", import.meta.url));
const json = (file: string): unknown => JSON.parse(readFileSync(`${root}${file}`, "utf8"));

const { description, repository } = json("package.json") as {
  description: string;
  repository: { url: string };
};
const repositoryUrl = repository.url.replace(/^git\+|\.git$/g, "");

const page = (text: string, name: string): DefaultTheme.SidebarItem => ({
  text,
  link: `/${name}`,
});

const sidebar: DefaultTheme.SidebarItem[] = [
  { text: "Start", items: [page("Quick start", "")] },
  {
    text: "Use it",
    items: [
      page("Queries", "queries"),
      page("Writes", "writes"),
      page("Pages", "pages"),
      page("Live queries", "live"),
      page("Suspense", "suspense"),
      page("On a server", "server"),
      page("Next.js", "nextjs"),
      page("React Router", "react-router"),
      page("TanStack Start", "tanstack-start"),
      page("Expo", "expo"),
      page("TanStack Query", "tanstack"),
      page("Persistence", "persistence"),
      page("FQL v4", "fql-v4"),
      page("GraphQL", "graphql"),
      page("Custom claims", "claims"),
      page("API at a glance", "api"),
    ],
  },
  {
    text: "Run it",
    items: [
      page("Set up Clerk and Fauna", "set-up"),
      page("Develop without an account", "development"),
      page("Test your components", "testing"),
      page("Diagnose", "diagnose"),
      page("Errors", "errors"),
      page("Deployment", "deployment"),
    ],
  },
  {
    text: "Understand it",
    items: [
      page("How it works", "how-it-works"),
      page("Architecture", "architecture"),
      page("The local Fauna", "local-fauna"),
      page("From Clerk's guide", "from-clerks-guide"),
    ],
  },
];

const reference = json("docs/reference/typedoc-sidebar.json") as DefaultTheme.SidebarItem[];

/**
 * Documents name each other and their pictures by file, as GitHub wants it. Here pages have other addresses, and other
 * files are in the repository only. README is part of index.md.
 */
function adapt(markdown: Markdown): void {
  markdown.core.ruler.push("adapt", ({ tokens, env }) => {
    const { relativePath } = env as { relativePath: string };
    const isHome = relativePath === "index.md";
    const folder = isHome ? "." : posix.join("docs", posix.dirname(relativePath));
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      if (token.type === "link_open")
        change(token, "href", (file) => link(posix.join(folder, file)));
      if (token.type === "image" && isHome) change(token, "src", (file) => `../${file}`);
      // Braces in code are no Vue.
      if (token.type === "code_inline") token.attrSet("v-pre", "");
    }
  });
}

/** Changes an attribute that names a file; an anchor stays. */
function change(token: Token, attribute: string, address: (file: string) => string): void {
  const [file = "", ...anchor] = (token.attrGet(attribute) ?? "").split(/(?=#)/);
  if (/^([a-z]+:|\/|#|$)/.test(file)) return;
  token.attrSet(attribute, [address(file), ...anchor].join(""));
}

/** Where the site, or the repository, has a file. */
function link(file: string): string {
  if (/^(docs\/)?README\.md$/.test(file)) return "/";
  const [, name] = /^docs\/(.+)\.md$/.exec(file) ?? [];
  return name === undefined ? `${repositoryUrl}/blob/main/${file}` : `/${name}`;
}

export default defineConfig({
  title: "fauna-clerk",
  description,
  // The index of this folder: here that is the sidebar.
  srcExclude: ["README.md"],
  cleanUrls: true,
  markdown: { anchor: { slugify: slug }, config: adapt, languageAlias: { fql: "js" } },
  themeConfig: {
    sidebar: {
      "/": sidebar,
      "/reference/": reference.map((entry) => ({ ...entry, collapsed: false })),
    },
    nav: [
      { text: "Guide", link: "/queries", activeMatch: "^/(?!reference)" },
      { text: "API reference", link: "/reference/", activeMatch: "^/reference/" },
    ],
    socialLinks: [{ icon: "github", link: repositoryUrl }],
    outline: [2, 3],
    search: {
      provider: "local",
      options: {
        miniSearch: {
          searchOptions: {
            // The guide explains what the reference lists.
            boostDocument: (id: string) => (id.startsWith("/reference/") ? 0.5 : 1),
          },
        },
      },
    },
  },
});
