import { ConfigurationError } from "../errors";

/** Why there is no event source for a query. Loaded on demand: it is a mistake in the app. */
export const notStreamable = (cause: unknown): Error =>
  new ConfigurationError(
    "not_streamable",
    "Fauna cannot stream that. Pass as `on` a set of a collection whose changes matter.",
    { cause },
  );
