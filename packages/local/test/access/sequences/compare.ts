import { difference, normaliser } from "../../../conformance/corpus.mjs";

/** Masks what differs from run to run. */
export function masking(
  names: { get(name: string): string },
  now: () => number,
): (value: unknown) => unknown {
  return normaliser({ issuer: names.get("issuer"), aud: names.get("aud"), now });
}

/** What of a response is compared: status, data or error, events. */
export function comparable(mask: (value: unknown) => unknown, response: unknown): unknown {
  if (response === undefined) return undefined;
  const { status, body, events, closed } = plain(mask(plain(response))) as Record<string, unknown>;
  if (events !== undefined) return plain({ status, events, closed });
  if (typeof body !== "object" || body === null) return { status, body };
  const { data, error, cursor, has_next: hasNext, events: page } = body as Record<string, unknown>;
  if (typeof error === "string") return { status, body: error };
  return plain({ status, data, error, cursor, hasNext, page });
}

/** As it would have come over the wire. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

export { difference };
