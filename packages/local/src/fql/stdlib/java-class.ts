import type { RegexFault } from "./java-faults";

/** Classes by name that ours does not know. */
const CLASSES: Readonly<Record<string, string>> = {
  Lower: "a-z",
  Upper: "A-Z",
  ASCII: "\\x00-\\x7f",
  Alpha: "a-zA-Z",
  Digit: "0-9",
  Alnum: "a-zA-Z0-9",
  Punct: "!-\\/:-@\\[-`{-~",
  Graph: "!-~",
  Print: " -~",
  Blank: " \\t",
  Cntrl: "\\x00-\\x1f\\x7f",
  XDigit: "0-9a-fA-F",
  Space: "\\s",
  javaLowerCase: "\\p{Ll}",
  javaUpperCase: "\\p{Lu}",
  IsAlphabetic: "\\p{Alphabetic}",
  IsDigit: "\\p{Nd}",
  IsLetter: "\\p{L}",
};

/** What names stand for with the flag `U`, and the letters of escapes, for all of Unicode. */
const UNICODE_CLASSES: Readonly<Record<string, string>> = {
  w: "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}",
  d: "\\p{Nd}",
  s: "\\p{White_Space}",
  Lower: "\\p{Lowercase}",
  Upper: "\\p{Uppercase}",
  Alpha: "\\p{Alphabetic}",
  Digit: "\\p{Nd}",
  Alnum: "\\p{Alphabetic}\\p{Nd}",
  Punct: "\\p{P}",
  Space: "\\p{White_Space}",
};
const WORD = `[${UNICODE_CLASSES["w"]!}]`;
/** Where a word of any language begins or ends. */
export const UNICODE_BORDER: string = `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`;

/** `L`, `IsLatin`, `IsAlphabetic`: a category, a script, or a property that ours has. */
function unicodeClass(name: string): string | undefined {
  const [, is = "", property = ""] = /^(Is)?(\w+)$/.exec(name) ?? [];
  const scripts = is ? [`\\p{Script=${property}}`, `\\p{${property}}`] : [];
  return [...scripts, `\\p{gc=${property}}`].find((each) => {
    try {
      return new RegExp(each, "u");
    } catch {
      // Not one that ours knows.
      return false;
    }
  });
}

interface Property {
  readonly members: string;
  readonly negated: boolean;
  /** The first character behind it. */
  readonly end: number;
}

/** What `\p{…}` at a place stands for, as the members of a class; null where there is none. With `U`, `\w` and its kin, too. */
export function propertyAt(
  text: string,
  at: number,
  unicode: boolean,
): Property | RegexFault | null {
  const [, letter] = (unicode && /^\\([wdsWDS])/.exec(text.slice(at, at + 2))) || [];
  if (letter) {
    const members = UNICODE_CLASSES[letter.toLowerCase()]!;
    return { members, negated: letter < "a", end: at + 2 };
  }
  const [all = "", sign, braced, single] =
    /^\\([pP])(?:\{([\w=]*)\}|([^{]?))/.exec(text.slice(at)) ?? [];
  if (!sign) return null;
  const end = at + all.length;
  if (braced === undefined && text[end] === "{")
    return { name: "Unclosed character family", index: text.length };
  const name = braced ?? (single || "\0");
  const members =
    (unicode ? UNICODE_CLASSES[name] : undefined) ?? CLASSES[name] ?? unicodeClass(name);
  if (members === undefined)
    return {
      name: `Unknown character property name {${name}}`,
      index: braced === undefined ? end : end - 1,
    };
  return { members, negated: sign === "P", end };
}

interface CharClass {
  readonly pattern: string;
  /** The first character behind it. */
  readonly end: number;
  /** Whether it has classes inside, which ours knows in a mode of its own only. */
  readonly nested: boolean;
}

function bothCases(letters: string): string {
  const swapped = letters.replace(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
  return letters + swapped;
}

/** The members of a class up to its end, and those of the classes in it. `&&` parts what all must hold. */
class ClassReader {
  at: number;
  #nested = false;

  constructor(
    readonly text: string,
    start: number,
    readonly fold: boolean,
    readonly unicode: boolean,
    /** Whether signs that mean something to classes in classes must be escaped. */
    readonly strict: boolean,
  ) {
    this.at = start;
  }

  read(): CharClass | RegexFault {
    const negated = this.text[this.at + 1] === "^";
    this.at += negated ? 2 : 1;
    const parts = [""];
    let first = true;
    for (;;) {
      const char = this.text[this.at];
      if (char === undefined) return this.#open();
      if (char === "]" && !first) break;
      first = false;
      if (this.text.startsWith("&&", this.at)) {
        this.#nested = true;
        parts.push("");
        this.at += 2;
        continue;
      }
      const member = this.#member(char);
      if (typeof member !== "string") return member;
      parts.push(`${parts.pop() ?? ""}${member}`);
    }
    this.at++;
    const filled = parts.filter((part) => part !== "");
    const members =
      filled.length > 1 ? filled.map((part) => `[${part}]`).join("&&") : filled.join("");
    return { pattern: `[${negated ? "^" : ""}${members}]`, end: this.at, nested: this.#nested };
  }

  #open(): RegexFault {
    // A range without its end is what is complained of first.
    if (this.text.endsWith("-") && !/\[\^?-$/.test(this.text))
      return { name: "Illegal character range", index: this.text.length };
    return { name: "Unclosed character class", index: this.text.length - 1 };
  }

  #member(char: string): string | RegexFault {
    if (char === "[") {
      const inner = new ClassReader(this.text, this.at, this.fold, this.unicode, this.strict);
      const read = inner.read();
      this.#nested = true;
      this.at = inner.at;
      return "name" in read ? read : read.pattern;
    }
    if (char === "\\") return this.#escape();
    const letters = this.fold ? /^[a-z](?:-[a-z])?/i.exec(this.text.slice(this.at))?.[0] : null;
    if (letters) {
      this.at += letters.length;
      return bothCases(letters);
    }
    this.at++;
    const range = char === "-" && /^[\w]-\w/.test(this.text.slice(this.at - 2, this.at + 1));
    const special = this.strict ? /[()[\]{}/|-]/ : /[[\]]/;
    return special.test(char) && !range ? `\\${char}` : char;
  }

  #escape(): string | RegexFault {
    const property = propertyAt(this.text, this.at, this.unicode);
    if (!property) {
      this.at += 2;
      return this.text.slice(this.at - 2, this.at);
    }
    if ("name" in property) return property;
    this.at = property.end;
    if (!property.negated) return property.members;
    return property.members.replaceAll("\\p{", "\\P{");
  }
}

/** Reads the class that begins at a place. */
export function readClass(
  text: string,
  at: number,
  { fold, unicode }: { readonly fold: boolean; readonly unicode: boolean },
): CharClass | RegexFault {
  const read = new ClassReader(text, at, fold, unicode, false).read();
  return "nested" in read && read.nested
    ? new ClassReader(text, at, fold, unicode, true).read()
    : read;
}
