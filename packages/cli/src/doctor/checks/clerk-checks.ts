import { type ClerkInstance, describeInstance } from "../../publishable-key";
import { type Checks, fail, pass } from "../check";

const isRsa = ({ kty }: { kty?: string | undefined }): boolean => kty === "RSA";

/** Checks the Clerk instance: its publishable key, the keys that verify tokens, and the secret key. */
export const clerkChecks: Checks = {
  "publishable key": {
    needs: ["publishableKey"],
    run(context) {
      const instance = context.instance() as ClerkInstance;
      return pass(`${describeInstance(instance)} ${instance.issuer}`);
    },
  },

  "key set": {
    needs: ["publishableKey"],
    dependsOn: ["publishable key"],
    async run(context) {
      const keys = await context.keys();
      return pass(`${keys.length} at ${context.instance()?.jwksUri}`);
    },
  },

  "signing keys": {
    needs: ["publishableKey"],
    dependsOn: ["key set"],
    async run(context) {
      const keys = await context.keys();
      const usable = keys.filter(isRsa);
      const kinds = `kty ${keys.map(({ kty }) => kty).join(", ") || "none"}`;
      if (usable.length === 0)
        return fail(kinds, "Sign tokens with an RSA key (RS256): Fauna ignores all others.");
      if (usable.some(({ kid }) => !kid))
        return fail(
          "An RSA key has no kid.",
          "Give each key of the JWKS a kid: Fauna needs it to find the key.",
        );
      return pass(`${kinds}, kid ${usable.map(({ kid }) => kid).join(", ")}`);
    },
  },

  "secret key": {
    needs: ["secretKey"],
    dependsOn: ["publishable key", "signing keys"],
    async run(context) {
      const instanceKeyIds = await context.clerk().keyIds();
      const keys = await context.keys();
      if (context.instance() && !keys.some(({ kid }) => instanceKeyIds.includes(kid ?? "")))
        return fail(
          "CLERK_SECRET_KEY belongs to another instance than the publishable key",
          "Copy both from the same instance: Clerk's dashboard, API keys.",
        );
      return pass(`shows ${(await context.templates()).length} JWT template(s)`);
    },
  },
};
