/** What tests on a real server get for `@fauna-clerk/local`. */
export * from "../../packages/local/src";
export { startLocalFauna } from "./start-fauna";
