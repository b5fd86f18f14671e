/** A pattern of the server's (Java's) as one of ours. */
export interface Translated {
  readonly pattern: string;
  readonly flags: string;
}

/** A fault of a pattern that our engine would not find, or would call by another name. */
export interface RegexFault {
  readonly name: string;
  readonly index: number;
}

const FLAGS: Readonly<Record<string, string>> = { i: "i", s: "s", m: "m", u: "", d: "", x: "" };

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

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

/** `IsLatin`, `IsAlphabetic`: a script, or a property that ours has. */
function scriptClass(name: string): string | undefined {
  const [, property] = /^Is(\w+)$/.exec(name) ?? [];
  return [`\\p{Script=${property}}`, `\\p{${property}}`].find((each) => {
    try {
      return property !== undefined && new RegExp(each, "u");
    } catch {
      // Not one that ours knows.
      return false;
    }
  });
}

/** Reads a pattern once, from left to right. */
class Translator {
  flags = "";
  #out = "";
  #at = 0;
  #inClass = 0;
  /** Whether letters are of either case here, and around the groups that are open. */
  #fold = false;
  /** Where the class that is open begins in what was written, and whether it is an intersection. */
  #classAt = 0;
  #intersects = false;
  readonly #folds: boolean[] = [];
  /** Whether there is something that a repetition can repeat. */
  #atom = false;

  constructor(readonly text: string) {}

  run(): RegexFault | Translated {
    while (this.#at < this.text.length) {
      const fault = this.#step();
      if (fault) return fault;
    }
    if (this.#inClass) return this.#openClass();
    return { pattern: this.#out, flags: this.flags };
  }

  #openClass(): RegexFault {
    // A range without its end is what is complained of first.
    if (this.text.endsWith("-") && !/\[\^?-$/.test(this.text))
      return { name: "Illegal character range", index: this.text.length };
    return { name: "Unclosed character class", index: this.text.length - 1 };
  }

  #step(): RegexFault | null {
    const char = this.text[this.#at]!;
    if (char === "\\") return this.#escape();
    if (this.#inClass) return this.#class(char);
    if (char === "[") {
      this.#inClass = 1;
      this.#take(this.text.startsWith("[^", this.#at) ? 2 : 1);
      this.#classAt = this.#out.length;
      // A bracket that comes first is one of the class.
      if (this.text[this.#at] === "]") {
        this.#out += "\\]";
        this.#at++;
      }
      return null;
    }
    if (char === "{") return this.#braces();
    if (char === "(") return this.#group();
    if ("*+?".includes(char)) return this.#repeat();
    this.#atom = !"|".includes(char);
    if (char === ")") this.#fold = this.#folds.pop() ?? this.#fold;
    if (this.#fold && /[a-z]/i.test(char)) this.#both(`[${char}]`, 1);
    else this.#take(1);
    return null;
  }

  /** Writes letters in both cases. */
  #both(text: string, count: number): void {
    const swapped = text.replace(/[a-z]/gi, (letter) =>
      letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
    );
    this.#out += text.startsWith("[") ? text.replace("]", swapped.slice(1)) : text + swapped;
    this.#at += count;
  }

  #take(count: number): void {
    this.#out += this.text.slice(this.#at, this.#at + count);
    this.#at += count;
  }

  #class(char: string): null {
    if (char === "[") {
      this.#out += "\\[";
      this.#at++;
      return null;
    }
    if (char === "]") {
      if (this.#intersects) this.#out += "]";
      this.#intersects = false;
      this.#inClass = 0;
      this.#atom = true;
    }
    if (this.text.startsWith("&&", this.#at)) return this.#intersect();
    const [letters = ""] = this.#fold
      ? (/^[a-z](?:-[a-z])?/i.exec(this.text.slice(this.#at)) ?? [])
      : [];
    if (letters) this.#both(letters, letters.length);
    else this.#take(1);
    return null;
  }

  /** What is in both of two classes: ours wants each in brackets, and a mode of its own. */
  #intersect(): null {
    const part = this.#out.slice(this.#classAt);
    const inner = this.#intersects ? `${part}]` : `[${part}]`;
    this.#out = `${this.#out.slice(0, this.#classAt)}${inner}&&[`;
    this.#at += 2;
    this.#intersects = true;
    if (!this.flags.includes("v")) this.flags += "v";
    return null;
  }

  #escape(): null {
    const next = this.text[this.#at + 1];
    if (next === "Q") {
      const end = this.text.indexOf("\\E", this.#at + 2);
      const quoted = this.text.slice(this.#at + 2, end < 0 ? undefined : end);
      this.#out += literal(quoted);
      this.#at = end < 0 ? this.text.length : end + 2;
      this.#atom = quoted !== "";
      return null;
    }
    const named = /^\\([pP])\{(\w+)\}/.exec(this.text.slice(this.#at));
    const known = named && (CLASSES[named[2]!] ?? scriptClass(named[2]!));
    if (known !== null && known !== undefined) {
      this.#out += this.#inClass ? known : `[${named![1] === "P" ? "^" : ""}${known}]`;
      this.#at += named![0].length;
    } else {
      const anchor = { A: "^", z: "$", Z: "(?=\\n?$)", h: "[ \\t\\xa0]", R: "(?:\\r\\n|[\\n\\r])" }[
        next ?? ""
      ];
      if (anchor && !this.#inClass) {
        this.#out += anchor;
        this.#at += 2;
      } else this.#take(2);
    }
    this.#atom = true;
    return null;
  }

  /** Flags in front of all are flags of ours; further on each letter is written in both cases, to the group's end. */
  #group(): null {
    const flags = /^\(\?([imsudx]*)(?:-([imsudx]+))?([:)])/.exec(this.text.slice(this.#at));
    const [all = "", on = "", off = "", end] = flags ?? [];
    if (end === ")" && this.#out === "") {
      for (const flag of on) this.flags += FLAGS[flag] ?? "";
      this.#at += all.length;
      return null;
    }
    if (end !== ")") this.#folds.push(this.#fold);
    if (on.includes("i")) this.#fold = true;
    if (off.includes("i")) this.#fold = false;
    if (end === ")") this.#at += all.length;
    else this.#open(end === ":" ? all : "");
    return null;
  }

  #open(head: string): void {
    const own = head || /^\((?:\?(?:<?[=!]|:|>|<\w+>))?/.exec(this.text.slice(this.#at))![0];
    this.#out += head || own === "(?>" ? "(?:" : own;
    this.#at += own.length;
    this.#atom = false;
  }

  #repeat(): RegexFault | null {
    const char = this.text[this.#at]!;
    if (!this.#atom) return { name: `Dangling meta character '${char}'`, index: this.#at };
    this.#take(1);
    this.#suffix();
    return null;
  }

  /** After a repetition: `?` makes it lazy, `+` possessive, which ours does not have. */
  #suffix(): void {
    if (this.text[this.#at] === "?") this.#take(1);
    else if (this.text[this.#at] === "+") this.#at++;
    this.#atom = false;
  }

  #braces(): RegexFault | null {
    const counts = /^\{(\d+)(,(\d*))?/.exec(this.text.slice(this.#at));
    if (!counts) return { name: "Illegal repetition", index: this.#at + 1 };
    const [all, min, , max] = counts;
    const end = this.#at + all.length;
    if (this.text[end] !== "}") return { name: "Unclosed counted closure", index: end };
    if (max && Number(max) < Number(min)) return { name: "Illegal repetition range", index: end };
    // What repeats nothing is nothing.
    if (!this.#atom) this.#out += "(?:)";
    this.#take(all.length + 1);
    this.#suffix();
    return null;
  }
}

/** Translates a pattern, or says what is wrong with it. */
export function translate(pattern: string): RegexFault | Translated {
  return new Translator(pattern).run();
}
