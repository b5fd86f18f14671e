import { fail, pass, type Checks } from "../check";

const isRsa = ({ kty }: { kty?: string | undefined }): boolean => kty === "RSA";

/** The publishable key, and the keys that verify tokens. */
export const clerkChecks: Checks = {
  "publishable key": {
    needs: ["publishableKey"],
    look(facts) {
      const { kind, issuer } = facts.instance() ?? {};
      return pass(`${kind} instance ${issuer}`);
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
};
