// What an app without this library loads for the same: see .size-limit.js.
export {
  MutationObserver,
  useInfiniteQuery,
  useMutation,
  useSuspenseInfiniteQuery,
  useSuspenseQuery,
} from "@tanstack/react-query";
export * from "./peers";
