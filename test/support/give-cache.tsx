import { type FaunaCache, useFaunaCache } from "fauna-clerk";

/** Hands over `useFaunaCache()` with each render. */
export function GiveCache({ to }: { to(cache: FaunaCache): void }) {
  to(useFaunaCache());
  return null;
}
