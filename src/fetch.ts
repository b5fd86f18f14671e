"use client";

export type { AuthorizedFetch } from "./client/authorized-fetch";
export {
  type AuthorizedFetchOptions,
  createAuthorizedFetch,
  type CreateAuthorizedFetchOptions,
} from "./client/authorized-fetch";
export { useAuthorizedFetch } from "./react/use-authorized-fetch";
