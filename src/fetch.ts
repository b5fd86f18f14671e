"use client";

export type { AuthorizedFetch } from "./fetch/authorized-fetch";
export {
  type AuthorizedFetchOptions,
  createAuthorizedFetch,
  type CreateAuthorizedFetchOptions,
} from "./fetch/create-authorized-fetch";
export { useAuthorizedFetch } from "./react/use-authorized-fetch";
