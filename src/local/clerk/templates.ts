import { notFound } from "./api-error";

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

const RESERVED = ["azp", "exp", "iat", "iss", "jti", "nbf", "sub", "sid", "v", "pla", "fea"];

/** The JWT templates of one stand-in, by name. */
export class Templates {
  readonly #templates = new Map<string, LocalClerkTemplate>();

  constructor(templates: Readonly<Record<string, LocalClerkTemplate>>) {
    for (const [name, template] of Object.entries(templates)) this.set(name, template);
  }

  /** Adds or replaces a template. Throws on a claim that Clerk keeps for itself. */
  set(name: string, template: LocalClerkTemplate): void {
    const taken = RESERVED.find((claim) => Object.hasOwn(template.claims, claim));
    if (taken)
      throw new Error(
        `JWT template ${name}: Clerk reserves the claim "${taken}" and sets it itself; leave it out.`,
      );
    this.#templates.set(name, template);
  }

  remove(name: string): void {
    this.#templates.delete(name);
  }

  /** The template with this name. Throws Clerk's 404. */
  get(name: string): LocalClerkTemplate {
    const template = this.#templates.get(name);
    if (!template) throw notFound(`No JWT template exists with name: ${name}`);
    return template;
  }
}
