export { runQuery } from "./run-query";
export { evaluatePredicate } from "./evaluate-predicate";
