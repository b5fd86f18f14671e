import { parseEnv } from "node:util";

/** One variable of an env file. */
export interface Variable {
  readonly name: string;
  readonly value: string;
}

/** The text of an env file with the variables in it: in place where they are there, else at the end. */
export function mergeEnv(text: string, variables: readonly Variable[]): string {
  return variables.reduce(setVariable, text);
}

/** The variables that an env file does not have, or has with another value. */
export function missingVariables(text: string, variables: readonly Variable[]): Variable[] {
  const known = parseEnv(text);
  return variables.filter(({ name, value }) => known[name] !== value);
}

function setVariable(text: string, { name, value }: Variable): string {
  if (parseEnv(text)[name] === value) return text;
  const line = `${name}=${quote(value)}`;
  const assignments = new RegExp(`^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=.*$`, "gm");
  // The last one counts.
  const last = [...text.matchAll(assignments)].at(-1);
  if (last) return text.slice(0, last.index) + line + text.slice(last.index + last[0].length);
  return `${text === "" || text.endsWith("\n") ? text : `${text}\n`}${line}\n`;
}

function quote(value: string): string {
  return /^[\w@%+=:,./-]*$/.test(value) ? value : `"${value}"`;
}
