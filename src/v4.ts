export { faunaV4, type FaunaV4Options, type FaunaV4RequestOptions } from "./client/v4-driver";
