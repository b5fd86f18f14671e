import { titleOf, type ClerkInstance } from "../../publishable-key";
import { fail, pass, type Checks } from "../check";

const isRsa = ({ kty }: { kty?: string | undefined }): boolean => kty === "RSA";

/** The keys of the Clerk instance: the publishable one, those that verify tokens, and the secret one. */
export const clerkChecks: Checks = {
  "publishable key": {
    needs: ["publishableKey"],
    look(facts) {
      const instance = facts.instance() as ClerkInstance;
      return pass(`${titleOf(instance)} ${instance.issuer}`);
    },
  },

  "key set": {
    needs: ["publishableKey"],
    after: ["publishable key"],
    async look(facts) {
      const keys = await facts.keys();
      return pass(`${keys.length} at ${facts.instance()?.jwksUri}`);
    },
  },

  "signing keys": {
    needs: ["publishableKey"],
    after: ["key set"],
    async look(facts) {
      const keys = await facts.keys();
      const usable = keys.filter(isRsa);
      const kinds = `kty ${keys.map(({ kty }) => kty).join(", ") || "none"}`;
      if (usable.length === 0)
        return fail(
          kinds,
          "Have tokens signed with an RSA key (RS256): Fauna leaves out all others.",
        );
      if (usable.some(({ kid }) => !kid))
        return fail(
          "An RSA key has no kid.",
          "Give each key of the JWKS a kid: Fauna finds it by that.",
        );
      return pass(`${kinds}, kid ${usable.map(({ kid }) => kid).join(", ")}`);
    },
  },

  "secret key": {
    needs: ["secretKey"],
    after: ["publishable key", "signing keys"],
    async look(facts) {
      const theirs = await facts.clerk().keyIds();
      const keys = await facts.keys();
      if (facts.instance() && !keys.some(({ kid }) => theirs.includes(kid ?? "")))
        return fail(
          "CLERK_SECRET_KEY is of another instance than the publishable key",
          "Take both from the same instance: Clerk's dashboard, API keys.",
        );
      return pass(`shows ${(await facts.templates()).length} JWT template(s)`);
    },
  },
};
