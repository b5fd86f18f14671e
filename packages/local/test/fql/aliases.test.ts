import { describe, expect, test } from "vitest";
import { answer } from "../findings/answer";
import { ask, database } from "./query";

const KINDS = [
  ["Collection", ""],
  ["Function", `, body: "x => x"`],
] as const;

describe.each(KINDS)("a %s that is named A with the alias Z", (kind, body) => {
  const named = (): ReturnType<typeof database> =>
    database(`${kind}.create({ name: "A", alias: "Z"${body} })`);
  const taken = (field: string, own: string, name: string): string => {
    const message = `${field}: A ${kind} already exists with the ${own} \`${name}\``;
    return `Failed to update ${kind} \`A\`.\nconstraint failures:\n  ${message}`;
  };

  test.each<[change: string, failure: [field: string, own: string, name: string] | null]>([
    [`{ name: "Z" }`, ["name", "alias", "Z"]],
    [`{ name: "Z", alias: null }`, ["name", "alias", "Z"]],
    [`{ name: "Z", alias: "A" }`, ["name", "alias", "Z"]],
    [`{ alias: "A" }`, ["alias", "name", "A"]],
    [`{ name: "Y", alias: "A" }`, ["alias", "name", "A"]],
    [`{ name: "A" }`, null],
    [`{ alias: "Z" }`, null],
    [`{ name: "A", alias: "Z" }`, null],
    [`{ name: "A", alias: "Q" }`, null],
    [`{ name: "B", alias: "Q" }`, null],
    [`{ alias: null }`, null],
  ])("is not called by what it was called until now: %s", (change, failure) => {
    const db = named();
    const update = `${kind}.byName("A")!.update(${change})`;
    for (const method of ["update", "replace"]) {
      const whole = change.includes("name:") ? change : change.replace("{", `{ name: "A",`);
      const query =
        method === "update"
          ? update
          : `${kind}.byName("A")!.replace(${whole.replace("}", `${body} }`)})`;
      const { status, body: told } = ask(db, `${query}; abort(null)`);
      const { code } = told["error"] as { code: string };
      if (failure) expect(told["summary"]).toContain(taken(...failure));
      else expect([status, code]).toEqual([400, "abort"]);
    }
  });

  test("may be called by what it is no longer called", () => {
    const db = named();
    expect(answer(db, `${kind}.byName("A")!.update({ name: "B", alias: null }).name`)).toBe("B");
    expect(answer(db, `${kind}.byName("B")!.update({ name: "Z", alias: "A" }).alias`)).toBe("A");
  });
});
