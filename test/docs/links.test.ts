import { existsSync } from "node:fs";
import { posix } from "node:path";
import GithubSlugger from "github-slugger";
import { marked, type Token, type Tokens } from "marked";
import { expect, test } from "vitest";

import { documents, read, root } from "./support/documents";

const isExternal = (href: string): boolean => /^[a-z]+:/.test(href);

/** The tokens of a document, those inside others too. */
function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  marked.walkTokens(marked.lexer(text), (token) => void tokens.push(token));
  return tokens;
}

/** The text of a heading as a reader sees it: without backticks, asterisks and the like. */
const plainText = (token: Token): string =>
  "tokens" in token && token.tokens
    ? token.tokens.map(plainText).join("")
    : unescaped((token as Tokens.Text).text);

/** Marked escapes what would be HTML in the text of code. */
const unescaped = (text: string): string =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");

/** The anchors of a document, as GitHub makes them of its headings. */
function anchorsOf(text: string): string[] {
  const slugger = new GithubSlugger();
  return tokensOf(text)
    .filter(({ type }) => type === "heading")
    .map((heading) => slugger.slug(plainText(heading)));
}

/** Every relative link and picture of a document, and what is wrong with it. */
function brokenLinks(document: string, text: string): string[] {
  return tokensOf(text)
    .filter((token): token is Tokens.Link | Tokens.Image => /^(link|image)$/.test(token.type))
    .filter(({ href }) => !isExternal(href))
    .flatMap(({ href }) => {
      const [path = "", anchor] = href.split("#");
      const target = path === "" ? document : posix.join(posix.dirname(document), path);
      if (target !== document && !existsSync(`${root}/${target}`))
        return [`${document}: there is no ${target}`];
      if (anchor === undefined) return [];
      const anchors = anchorsOf(target === document ? text : read(target));
      return anchors.includes(anchor) ? [] : [`${document}: ${target} has no #${anchor}`];
    });
}

test.each(documents)("the links of %s lead somewhere", (document) => {
  expect(brokenLinks(document, read(document))).toEqual([]);
});

test("a link to a file or a heading that is not there is found", () => {
  const text =
    "# It's `here`\n[a](nowhere.md) [b](#its-here) [c](#gone) ![d](../README.md#nothing)";
  expect(brokenLinks("docs/page.md", text)).toEqual([
    "docs/page.md: there is no docs/nowhere.md",
    "docs/page.md: docs/page.md has no #gone",
    "docs/page.md: README.md has no #nothing",
  ]);
});

test.each(["README.md", "docs/README.md"])("%s links every page", (index) => {
  const linked = tokensOf(read(index))
    .filter((token): token is Tokens.Link => token.type === "link" && !isExternal(token.href))
    .map(({ href }) => posix.join(posix.dirname(index), href.replace(/#.*/, "")));
  const pages = documents.filter((document) => !document.endsWith("README.md"));
  expect(pages.filter((page) => !linked.includes(page))).toEqual([]);
});
