import { notFound } from "./api-error";
import { randomId } from "./ids";

/** A JWT template, as made in Clerk's dashboard. */
export interface LocalClerkTemplate {
  /** What the token holds beside Clerk's own claims; strings may hold shortcodes like `{{user.id}}`. */
  claims: Readonly<Record<string, unknown>>;
  /**
   * Seconds until the token expires. Clerk itself takes 30 and more; here any number goes, so that
   * a test can have a token that has expired already.
   * @default 60
   */
  lifetime?: number;
  /** Seconds by which `nbf` lies before `iat`. @default 5 */
  allowedClockSkew?: number;
}

/** A template as it is kept. */
export interface StoredTemplate extends Required<LocalClerkTemplate> {
  readonly id: string;
  readonly name: string;
  /** In ms since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

const RESERVED = ["azp", "exp", "iat", "iss", "jti", "nbf", "sub", "sid", "v", "pla", "fea"];

/** The claim that Clerk keeps for itself, if there is one. */
export function reservedClaim(claims: Readonly<Record<string, unknown>>): string | undefined {
  return RESERVED.find((claim) => Object.hasOwn(claims, claim));
}

/** The JWT templates of one local Clerk. */
export class Templates {
  readonly #templates = new Map<string, StoredTemplate>();

  constructor(templates: Readonly<Record<string, LocalClerkTemplate>>) {
    for (const [name, template] of Object.entries(templates)) this.set(name, template);
  }

  /** Adds or replaces a template. Throws on a claim that Clerk keeps for itself. */
  set(name: string, template: LocalClerkTemplate): void {
    const taken = reservedClaim(template.claims);
    if (taken)
      throw new Error(
        `JWT template ${name}: Clerk reserves the claim "${taken}" and sets it itself; leave it out.`,
      );
    this.put(name, template, this.find(name));
  }

  /** Keeps a template, as a new one or in place of another. */
  put(name: string, template: LocalClerkTemplate, before?: StoredTemplate): StoredTemplate {
    const now = Date.now();
    const { id = randomId("jtmp"), createdAt = now } = before ?? {};
    const { claims, lifetime = 60, allowedClockSkew = 5 } = template;
    const kept = { id, name, claims, lifetime, allowedClockSkew, createdAt, updatedAt: now };
    this.#templates.set(id, kept);
    return kept;
  }

  remove(name: string): void {
    const template = this.find(name);
    if (template) this.#templates.delete(template.id);
  }

  all(): StoredTemplate[] {
    return [...this.#templates.values()];
  }

  find(name: string): StoredTemplate | undefined {
    return this.all().find((template) => template.name === name);
  }

  /** The template with this name. Throws Clerk's 404. */
  get(name: string): StoredTemplate {
    const template = this.find(name);
    if (!template) throw notFound(`No JWT template exists with name: ${name}`);
    return template;
  }

  /** The template with this id. Throws Clerk's 404. */
  byId(id: string): StoredTemplate {
    const template = this.#templates.get(id);
    if (!template) throw notFound(`No JWT template exists with id: ${id}`);
    return template;
  }
}
