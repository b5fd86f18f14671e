/** What `init` and `doctor` both have to be told of Clerk and Fauna. */
export const connectionOptions = {
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
  "allow-insecure-endpoint": {
    type: "boolean",
    default: false,
    description: "Let the endpoint be http on another machine",
  },
  template: { type: "string", value: "name", default: "fauna", description: "JWT template" },
} as const;
