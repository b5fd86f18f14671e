/** The options of `fauna-clerk doctor`. */
export const doctorOptions = {
  "publishable-key": {
    type: "string",
    value: "pk_…",
    description: "Clerk publishable key; else [VITE_|NEXT_PUBLIC_]CLERK_PUBLISHABLE_KEY",
  },
  endpoint: {
    type: "string",
    value: "url",
    description: "Fauna endpoint; else [VITE_|NEXT_PUBLIC_]FAUNA_ENDPOINT",
  },
  origin: {
    type: "string",
    value: "url",
    description: "Where the app is served from, to check CORS",
  },
  template: {
    type: "string",
    value: "name",
    default: "fauna",
    description: "JWT template that the app asks for",
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
  "allow-insecure-endpoint": {
    type: "boolean",
    default: false,
    description: "Let the endpoint be http on another machine",
  },
} as const;

export type DoctorOptions = typeof doctorOptions;
