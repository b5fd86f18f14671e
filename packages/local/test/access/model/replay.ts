import { ISSUER, minted } from "./minted";
import { feed, query, stream, type Answer, type EventRequest } from "./server";
import { MINTED } from "./session";
import { audienceOf } from "./system";
import { Variables } from "./variables";
import { World } from "./world";

/** A step of a recording: see `conformance/corpus.mjs`. */
export interface Step {
  readonly as?: "admin" | "none" | Readonly<Record<string, unknown>>;
  readonly q?: string;
  readonly path?: string;
  readonly body?: unknown;
  readonly stream?: unknown;
  readonly take?: number;
  readonly during?: readonly Step[];
  readonly sleep?: number;
  readonly mint?: string;
  readonly capture?: Readonly<Record<string, string>>;
}

/** The response to a step, and those to the steps inside it. */
export interface Responses {
  readonly response: unknown;
  readonly during: readonly unknown[];
}

const START = 1_750_000_000_000_000;

/** Answers the steps of a scenario as the model says. */
export class Replay {
  readonly root = new World({ now: START });
  readonly variables = new Variables({
    issuer: ISSUER,
    jwks: `${ISSUER}/jwks.json`,
    aud: audienceOf(this.root),
  });

  /** Undefined for what is no request. */
  answer(step: Step): Responses | undefined {
    if (step.sleep !== undefined) this.root.wait(step.sleep * 1000);
    if (step.mint !== undefined)
      this.variables.set(step.mint, this.#mint(typeof step.as === "object" ? step.as : step));
    if (step.sleep !== undefined || step.mint !== undefined) return undefined;
    const header = this.#header(step.as ?? "admin");
    if (step.stream !== undefined) return this.#stream(step, header);
    const response = this.#send(step, header);
    this.variables.capture(step.capture ?? {}, response.body);
    return { response, during: [] };
  }

  #send(step: Step, header: string | undefined): Answer {
    if (step.q === undefined) return feed(this.root, header, this.#request(step.body));
    return query(this.root, header, String(this.variables.fill(step.q)));
  }

  #stream({ stream: request, during = [], take, capture = {} }: Step, header?: string): Responses {
    const opened = stream(this.root, header, this.#request(request));
    if ("status" in opened) return { response: opened, during: [] };
    const inside = during.map((step) => this.answer(step)?.response);
    const events = opened.events.slice(0, take);
    const closed = !opened.isOpen && events.length < (take ?? Infinity);
    opened.isOpen = false;
    this.variables.capture(capture, events);
    return { response: { status: 200, events, closed }, during: inside };
  }

  #request(body: unknown): EventRequest {
    const filled = this.variables.fill(body);
    return (typeof filled === "string" ? JSON.parse(filled) : filled) as EventRequest;
  }

  #header(as: NonNullable<Step["as"]>): string | undefined {
    if (as === "none") return undefined;
    if (as === "admin") return "Bearer secret";
    const { header, secret } = as;
    if (header !== undefined) return String(this.variables.fill(header));
    const text = secret === undefined ? this.#mint(as) : String(this.variables.fill(secret));
    return `Bearer ${text}`;
  }

  #mint(as: object): string {
    const text = `ey${MINTED.size}.model`;
    MINTED.set(
      text,
      minted(this.variables.fill(as) as object, this.root, this.variables.get("aud")),
    );
    return text;
  }
}
