import { connectionOptions } from "../chain-options";

const ownOptions = {
  database: {
    type: "string",
    value: "name",
    description: "Child database to set up, made if need be; app, where the key is the root's",
  },
  provider: {
    type: "string",
    value: "name",
    default: "Clerk",
    description: "Access provider",
  },
  role: {
    type: "string",
    value: "name[=predicate]",
    multiple: true,
    description: "Role of signed-in users, made if need be; with a predicate over the claims",
  },
  collection: {
    type: "string",
    value: "name",
    multiple: true,
    description: "Collection, made if need be, in which the first role has its own documents",
  },
  lifetime: { type: "string", value: "seconds", description: "Of a token; 60 in a new template" },
  claim: {
    type: "string",
    value: "name=value",
    multiple: true,
    description: "Further claim of the template; a shortcode, JSON or text",
  },
  audience: {
    type: "string",
    value: "url",
    description: "aud of the tokens, where there is no FAUNA_ADMIN_KEY to read it with",
  },
  // Not --env-file: Node takes that for itself, even behind the script.
  dotenv: {
    type: "string",
    value: "path",
    description:
      "Env file for the app's settings; else .env.local, for stand-ins .env.development.local",
  },
  "no-dotenv": { type: "boolean", default: false, description: "Write no env file" },
  fsl: { type: "string", value: "path", description: "Also write the schema to this FSL file" },
  "dry-run": {
    type: "boolean",
    short: "n",
    default: false,
    description: "Show the difference and change nothing",
  },
  yes: { type: "boolean", short: "y", default: false, description: "Ask nothing" },
} as const;

export type InitOptions = typeof connectionOptions & typeof ownOptions;

/** The options of `fauna-clerk init`. */
export const initOptions: InitOptions = { ...connectionOptions, ...ownOptions };
