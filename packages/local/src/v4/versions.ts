/** The API versions that a request may name, in their order. */
const VERSIONS = ["2.0", "2.1", "2.7", "2.12", "3", "4", "5"] as const;
export type ApiVersion = (typeof VERSIONS)[number];

export const DEFAULT_VERSION: ApiVersion = "2.1";
/** A lambda knows its version from here on; older ones do not show it. */
export const FIRST_OF_LAMBDAS: ApiVersion = "2.12";

export function isVersion(text: unknown): text is ApiVersion {
  return VERSIONS.some((version) => version === text);
}

export function isBefore(version: ApiVersion, other: ApiVersion): boolean {
  return VERSIONS.indexOf(version) < VERSIONS.indexOf(other);
}

export function later(one: ApiVersion, other: ApiVersion): ApiVersion {
  return isBefore(one, other) ? other : one;
}
