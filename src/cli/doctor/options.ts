/** The options of `fauna-clerk doctor`. */
export const doctorOptions = {
  "publishable-key": {
    type: "string",
    value: "pk_…",
    description:
      "Clerk's publishable key (or CLERK_PUBLISHABLE_KEY, also with VITE_ or NEXT_PUBLIC_)",
  },
  endpoint: {
    type: "string",
    value: "url",
    description: "Fauna's endpoint (or FAUNA_ENDPOINT, also with a prefix)",
  },
  origin: { type: "string", value: "url", description: "Where the app is served: checks CORS" },
  template: {
    type: "string",
    value: "name",
    default: "fauna",
    description: "The JWT template that the app uses",
  },
  provider: {
    type: "string",
    value: "name",
    description: "The access provider, instead of the one with Clerk's issuer",
  },
  database: {
    type: "string",
    value: "name",
    description: "A child of the database that FAUNA_ADMIN_KEY is of",
  },
  "token-stdin": {
    type: "boolean",
    default: false,
    description: "Read a user's token from stdin, and look at that too",
  },
  "allow-insecure-endpoint": {
    type: "boolean",
    default: false,
    description: "Allow http to another machine",
  },
} as const;

export type DoctorOptions = typeof doctorOptions;
