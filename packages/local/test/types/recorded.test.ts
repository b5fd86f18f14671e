import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { updateFiles } from "../../src/schema/apply";
import { SchemaFiles } from "../../src/schema/schema-files";
import { ask, data, database } from "../fql/query";

/** What the server's type check said of a text; neither, if it was accepted and failed when it ran. */
interface Text {
  readonly query: unknown;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly type?: string;
  /** The first line and its place. */
  readonly refused?: string;
}
interface Recording {
  readonly fsl: string;
  readonly setup: readonly string[];
  readonly texts: readonly Text[];
}
const FOLDER = new URL("../../conformance/types/", import.meta.url);
const NAMES = readdirSync(FOLDER).map((name) => name.replace(".json", ""));

test.each(NAMES)("what the server says of texts is said of them here: %s", (name) => {
  const file = readFileSync(new URL(`${name}.json`, FOLDER), "utf8");
  const { fsl, setup, texts } = JSON.parse(file) as Recording;
  const db = database();
  updateFiles(SchemaFiles.of(db), new Map([["main.fsl", fsl]]));
  for (const query of setup) data(db, query);

  const [alarms, missed, otherTypes, otherWords]: unknown[][] = [[], [], [], []];
  for (const text of texts) {
    const { body } = ask(db, text.query, { arguments: text.arguments ?? {} });
    const { error, static_type: type } = body;
    const refused = (error as { code: string } | undefined)?.code === "invalid_query";
    const said = String(body["summary"]).split("\n").slice(0, 2).join(" ").replace("error: ", "");
    if (!text.refused && refused) alarms!.push([text.query, said]);
    if (text.refused && !refused) missed!.push([text.query, text.refused]);
    if (text.refused && refused && said !== text.refused)
      otherWords!.push([text.query, said, text.refused]);
    if (text.type && !error && type !== text.type) otherTypes!.push([text.query, type, text.type]);
  }
  expect({ alarms, missed, otherTypes }).toEqual({ alarms: [], missed: [], otherTypes: [] });
  // Which of several failures the server tells depends on hashes of whole types, which are not built after.
  expect(otherWords!.length / texts.length, JSON.stringify(otherWords, null, 1)).toBeLessThan(0.01);
});
