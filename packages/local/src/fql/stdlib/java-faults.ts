/** A fault of a pattern that our engine would not find, or would call by another name. */
export interface RegexFault {
  readonly name: string;
  readonly index: number;
}

/** Digits that are missing, an escape that means nothing, and a group that is not in front of it. */
export function escapeFault(
  text: string,
  at: number,
  hasGroup: (name: string) => boolean,
): RegexFault | null {
  const rest = text.slice(at);
  const [all = "", form, digits = ""] = /^\\(x(?!\{)|u)([0-9a-fA-F]{0,4})/.exec(rest) ?? [];
  if (form && digits.length < (form === "x" ? 2 : 4)) {
    const kind = form === "x" ? "hexadecimal" : "Unicode";
    return { name: `Illegal ${kind} escape sequence`, index: at + all.length };
  }
  if (/^\\[CEFIJKLMOTUYgijlmoqy]/.test(rest))
    return { name: "Illegal/unsupported escape sequence", index: at + 1 };
  const [reference = "", group = ""] = /^\\k<(\w+)>/.exec(rest) ?? [];
  if (!group || hasGroup(group)) return null;
  const name = `named capturing group <${group}> does not exist`;
  return { name, index: at + reference.length - 1 };
}

/** A name of a group that does not end or is taken, and flags that there are not. */
export function groupFault(
  text: string,
  at: number,
  hasGroup: (name: string) => boolean,
): RegexFault | null {
  const rest = text.slice(at);
  if (/^\(\?<[^a-zA-Z=!]/.test(rest))
    return { name: "capturing group name does not start with a Latin letter", index: at + 3 };
  const [head = "", name = ""] = /^\(\?<([a-zA-Z]\w*)/.exec(rest) ?? [];
  const index = at + head.length;
  if (head && rest[head.length] !== ">")
    return { name: "named capturing group is missing trailing '>'", index };
  if (name && hasGroup(name))
    return { name: `Named capturing group <${name}> is already defined`, index };
  const [flags] = /^\(\?[imsudxU-]*(?![imsudxU:)=!<>-])/.exec(rest) ?? [];
  return flags ? { name: "Unknown inline modifier", index: at + flags.length } : null;
}
