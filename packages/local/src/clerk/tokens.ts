import { randomBytes } from "node:crypto";
import type { Session } from "./sessions";
import { renderClaims, shortcodeScope } from "./shortcodes";
import type { SigningKey } from "./signing-key";
import type { LocalClerkTemplate } from "./templates";
import { membershipOf, type LocalClerkUser } from "./users";

/** For whom a token is made, and from where it was asked for. */
export interface TokenSubject {
  user: LocalClerkUser;
  organizationId: string | null;
  /** The `Origin` of the request, which becomes `azp`; left out if there was none, as in Clerk. */
  origin: string | undefined;
}

/** Makes the tokens of one local Clerk. */
export class Tokens {
  constructor(
    private readonly issuer: string,
    private readonly key: SigningKey,
  ) {}

  /** A token made from a JWT template: Clerk's own claims and the template's, no session id. */
  fromTemplate(
    template: LocalClerkTemplate,
    subject: TokenSubject,
    overrides: Readonly<Record<string, unknown>> = {},
  ): Promise<string> {
    const scope = shortcodeScope(subject.user, subject.organizationId);
    return this.key.sign({
      ...(renderClaims(template.claims, scope) as Record<string, unknown>),
      ...this.#ownClaims(subject, template),
      ...overrides,
    });
  }

  /** The default session token, version 2 of its claims. */
  forSession(session: Session, subject: TokenSubject): Promise<string> {
    const membership = membershipOf(subject.user, subject.organizationId);
    const minutes = Math.floor((Date.now() - session.createdAt) / 60_000);
    return this.key.sign({
      ...this.#ownClaims(subject, {}),
      ...(membership && { o: organizationClaim(membership) }),
      fva: [minutes, -1],
      sid: session.id,
      sts: "active",
      v: 2,
    });
  }

  #ownClaims(
    { user, origin }: TokenSubject,
    { lifetime = 60, allowedClockSkew = 5 }: Omit<LocalClerkTemplate, "claims">,
  ): Record<string, unknown> {
    const now = Math.floor(Date.now() / 1000);
    return {
      ...(origin !== undefined && { azp: origin }),
      exp: now + lifetime,
      iat: now,
      iss: this.issuer,
      jti: randomBytes(10).toString("hex"),
      nbf: now - allowedClockSkew,
      sub: user.id,
    };
  }
}

function organizationClaim({ id, slug, role }: { id: string; slug: string; role: string }): object {
  return { id, slg: slug, rol: role.replace(/^org:/, "") };
}
