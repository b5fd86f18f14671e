import { CheckError } from "../../src/fql/errors";
import { LIBRARY } from "../../src/fql/stdlib/library";
import { summarize } from "../../src/fql/summary";
import { parseFiles, schemaOf } from "../../src/schema/fsl-items";
import { SchemaCheck } from "../../src/types/schema-check";

/** What is wrong with FSL, one text for each mistake. */
export function mistakesOf(text: string, isTyped = true): string[] {
  try {
    const items = parseFiles(new Map([["main.fsl", text]])).map(({ item }) => item);
    return new SchemaCheck(LIBRARY, schemaOf(items), isTyped)
      .run()
      .map((each) => summarize([each]));
  } catch (error) {
    if (error instanceof CheckError) return error.diagnostics.map((each) => summarize([each]));
    throw error;
  }
}
