import { ConfigurationError } from "../errors";

/**
 * Why there is no event source for a live query. Loaded on demand: it is a mistake in the app. What `useFaunaEvents` says
 * is in follow-events.ts.
 */
export const notStreamable = (cause: unknown): Error =>
  new ConfigurationError(
    "not_streamable",
    "Fauna cannot stream that. Pass as `on` a set of a collection whose changes matter.",
    { cause },
  );
