import { TaggedTypeFormat } from "fauna";

/** Decodes what a server's `encodeValues` has encoded. */
export const decodeValues = (text: string): unknown =>
  // Only bigints are written as longs.
  TaggedTypeFormat.decode(text, { long_type: "bigint" });
