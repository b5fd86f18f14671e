/** Masks what differs from run to run: ids, times near now, secrets, cursors. */
export function normaliser(names: {
  issuer: string;
  aud: string | undefined;
  now?: () => number;
}): (value: unknown, key?: string) => unknown;

/** What two recorded answers differ in, or null. */
export function difference(want: unknown, got: unknown, path?: string): string | null;
