export { faunaV4, type FaunaV4Options, type FaunaV4RequestOptions } from "./drivers/v4-driver";
