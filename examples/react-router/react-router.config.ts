import type { Config } from "@react-router/dev/config";

export default {
  // Clerk's SDK is a middleware.
  future: { v8_middleware: true },
} satisfies Config;
