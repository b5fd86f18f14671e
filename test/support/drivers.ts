import { fql, type Query } from "fauna";
import { faunaV4 } from "fauna-clerk/v4";
import type { FaunaV4Expression } from "fauna-clerk";
import faunadb, { type ExprArg } from "faunadb";

/** For `describe.each`: what holds for one FQL version holds for the other. */
export interface TestedDriver {
  readonly driver: "v10" | "v4";
  /** A query that is told from others by its name. */
  readonly query: (name?: string) => Query<string>;
  /** Where its requests go. */
  readonly path: string;
}

const { query: q } = faunadb;

/** As v4 expressions and v10 queries are typed apart, the tests of both take this as either. */
const asQuery = (expression: unknown): Query<string> => expression as Query<string>;

export const v4Expression = (expression: ExprArg): FaunaV4Expression =>
  expression as FaunaV4Expression;

export const testedDrivers: readonly TestedDriver[] = [
  { driver: "v10", query: (name = "who") => fql<string>`owner(${name})`, path: "/query/1" },
  { driver: "v4", query: (name = "who") => asQuery(q.Call("owner", name)), path: "/" },
];

/** The provider's `drivers`, made once as an app would. */
export const drivers = [faunaV4()];
