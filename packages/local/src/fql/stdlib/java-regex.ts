import { propertyAt, readClass, UNICODE_BORDER } from "./java-class";
import { escapeFault, groupFault, type RegexFault } from "./java-faults";

export type { RegexFault } from "./java-faults";

/** A pattern of the server's (Java's) as one of ours. */
export interface Translated {
  readonly pattern: string;
  readonly flags: string;
}

const FLAGS: Readonly<Record<string, string>> = {
  i: "i",
  s: "s",
  m: "m",
  u: "",
  d: "",
  x: "",
  U: "",
};

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

/** Reads a pattern once, from left to right. */
class Translator {
  flags = "";
  #out = "";
  #at = 0;
  /** Whether letters are of either case here, and around the groups that are open. */
  #fold = false;
  /** Whether letters and digits are those of all languages. */
  #unicode = false;
  /** Whether white space and what follows `#` say nothing. */
  #extended = false;
  /** Whether there is something that a repetition can repeat. */
  #atom = false;
  /** Where it begins in what was written, and where the groups do that are open. */
  #atomAt = 0;
  readonly #open: { readonly at: number; readonly fold: boolean; readonly close: string }[] = [];
  #atomic = 0;

  constructor(readonly text: string) {}

  run(): RegexFault | Translated {
    while (this.#at < this.text.length) {
      const fault = this.#step();
      if (fault) return fault;
    }
    return { pattern: this.#out, flags: this.flags };
  }

  #step(): RegexFault | null {
    const char = this.text[this.#at]!;
    if (char === "\\") return this.#escape();
    if (char === "[") return this.#class();
    const silent = this.#extended ? (/^(?:\s|#.*)/.exec(this.text.slice(this.#at))?.[0] ?? "") : "";
    if (silent) {
      this.#at += silent.length;
      return null;
    }
    if (char === "{") return this.#braces();
    if (char === "(") return this.#group();
    if ("*+?".includes(char)) return this.#repeat();
    this.#atom = char !== "|";
    this.#atomAt = this.#out.length;
    if (char === ")") return this.#close();
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

  #class(): RegexFault | null {
    const read = readClass(this.text, this.#at, { fold: this.#fold, unicode: this.#unicode });
    if ("name" in read) return read;
    if (read.nested && !this.flags.includes("v")) this.flags += "v";
    this.#atomAt = this.#out.length;
    this.#out += read.pattern;
    this.#at = read.end;
    this.#atom = true;
    return null;
  }

  #escape(): RegexFault | null {
    const next = this.text[this.#at + 1];
    const wrong = escapeFault(this.text, this.#at, this.#hasGroup);
    if (wrong) return wrong;
    this.#atomAt = this.#out.length;
    if (next === "Q") {
      const end = this.text.indexOf("\\E", this.#at + 2);
      const quoted = this.text.slice(this.#at + 2, end < 0 ? undefined : end);
      this.#out += literal(quoted);
      this.#at = end < 0 ? this.text.length : end + 2;
      this.#atom = quoted !== "";
      return null;
    }
    const point = /^\\x\{([0-9a-fA-F]+)\}/.exec(this.text.slice(this.#at));
    if (point) {
      this.#out += `\\u{${point[1]!}}`;
      this.#at += point[0].length;
      this.#atom = true;
      return null;
    }
    const property = propertyAt(this.text, this.#at, this.#unicode);
    if (property && "name" in property) return property;
    if (property) {
      this.#out += `[${property.negated ? "^" : ""}${property.members}]`;
      this.#at = property.end;
    } else {
      const border = next === "b" && this.#unicode;
      const anchor = border
        ? UNICODE_BORDER
        : { A: "^", z: "$", Z: "(?=\\n?$)", h: "[ \\t\\xa0]", R: "(?:\\r\\n|[\\n\\r])" }[
            next ?? ""
          ];
      if (anchor) {
        this.#out += anchor;
        this.#at += 2;
      } else this.#take(2);
    }
    this.#atom = true;
    return null;
  }

  /** Flags in front of all are flags of ours; further on each letter is written in both cases, to the group's end. */
  #group(): RegexFault | null {
    const faulty = groupFault(this.text, this.#at, this.#hasGroup);
    if (faulty) return faulty;
    const flags = /^\(\?([imsudxU]*)(?:-([imsudxU]+))?([:)])/.exec(this.text.slice(this.#at));
    const [all = "", on = "", off = "", end] = flags ?? [];
    if (on.includes("U")) this.#unicode = true;
    if (end === ")" && this.#out === "") {
      // Letters beyond ASCII are of either case only with `u`, which `U` implies.
      const ascii = on.includes("i") && !/u/i.test(on);
      for (const flag of on) if (flag !== "i" || !ascii) this.flags += FLAGS[flag] ?? "";
      this.#fold = ascii;
      this.#extended = on.includes("x");
      this.#at += all.length;
      return null;
    }
    const around = this.#fold;
    if (on.includes("i")) this.#fold = true;
    if (off.includes("i")) this.#fold = false;
    if (end === ")") this.#at += all.length;
    else this.#begin(end === ":" ? all : "", around);
    return null;
  }

  readonly #hasGroup = (name: string): boolean => this.#out.includes(`(?<${name}>`);

  #close(): null {
    const group = this.#open.pop();
    this.#fold = group?.fold ?? this.#fold;
    this.#atomAt = group?.at ?? this.#atomAt;
    this.#out += group?.close ?? ")";
    this.#at++;
    return null;
  }

  /** What fits once and is not tried again: ours knows that of looking ahead only. */
  #once(): readonly [open: string, close: string] {
    const name = `once${++this.#atomic}`;
    return [`(?=(?<${name}>`, `))\\k<${name}>`];
  }

  #begin(flags: string, fold: boolean): void {
    const head = /^\((?:\?(?:<?[=!]|:|>|<\w+>))?/.exec(this.text.slice(this.#at))![0];
    const [open, close] = flags ? ["(?:", ")"] : head === "(?>" ? this.#once() : [head, ")"];
    this.#open.push({ at: this.#out.length, fold, close });
    this.#out += open;
    this.#at += (flags || head).length;
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
    else if (this.text[this.#at] === "+") {
      const [open, close] = this.#once();
      this.#out = this.#out.slice(0, this.#atomAt) + open + this.#out.slice(this.#atomAt) + close;
      this.#at++;
    }
    this.#atom = false;
  }

  #braces(): RegexFault | null {
    const counts = /^\{(\d+)(,(\d*))?/.exec(this.text.slice(this.#at));
    if (!counts) return { name: "Illegal repetition", index: this.#at + 1 };
    const [all, min = "", , max = ""] = counts;
    const over = overflow(min, this.#at + 1) ?? overflow(max, this.#at + min.length + 2);
    if (over !== null) return { name: "Illegal repetition range", index: over };
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

/** Where digits that begin at an index become too many for an int; null if they do not. */
function overflow(digits: string, start: number): number | null {
  const most = 2 ** 31 - 1;
  if (Number(digits) <= most) return null;
  let length = 1;
  while (Number(digits.slice(0, length)) <= most) length++;
  return start + length - 1;
}

/** Why our engine does not take a pattern; null if it does. */
export function problemOf({ pattern, flags }: Translated): string | null {
  try {
    new RegExp(pattern, flags);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}

/** The translation with flags with which our engine takes it: those of Unicode, if it can; undefined if with none. */
export function forEngine(translated: Translated): Translated | undefined {
  const modes = translated.flags.includes("v") ? [""] : ["u", ""];
  return modes
    .map((mode) => ({ ...translated, flags: translated.flags + mode }))
    .find((each) => problemOf(each) === null);
}

/** Translates a pattern, or says what is wrong with it. */
export function translate(pattern: string): RegexFault | Translated {
  return new Translator(pattern).run();
}
