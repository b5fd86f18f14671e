import { connectionOptions } from "../chain-options";

const ownOptions = {
  origin: {
    type: "string",
    value: "url",
    description: "Where the app is served from, to check CORS",
  },
  provider: {
    type: "string",
    value: "name",
    description: "Access provider; else the one with Clerk's issuer",
  },
  database: {
    type: "string",
    value: "name",
    description: "Child database; app, where the key is the root's",
  },
  "token-stdin": {
    type: "boolean",
    default: false,
    description: "Read a user's token from stdin, and look at it too",
  },
} as const;

export type DoctorOptions = typeof connectionOptions & typeof ownOptions;

/** The options of `fauna-clerk doctor`. */
export const doctorOptions: DoctorOptions = { ...connectionOptions, ...ownOptions };
