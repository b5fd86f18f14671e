import { setImmediate } from "node:timers/promises";
import { Authenticator } from "../../../src/access/authenticator";
import type { Handler, LocalResponse } from "../../../src/http/exchange";
import { createRouter } from "../../../src/http/router";
import { routes } from "../../../src/http/routes";
import { prepareDatabase } from "../../../src/prepare-database";
import type { DatabaseStream } from "../../../src/streams/local-stream";
import { OpenStreams } from "../../../src/streams/open-streams";
import type { TestIssuer } from "../../support/issuer";
import type { Responses, Step } from "../model/replay";
import { Variables } from "../model/variables";

const SECRET = "secret";

/** Asks a local Fauna the steps that the model is asked: its handler itself, so that thousands of cases take minutes. */
export class StandIn {
  readonly variables: Variables;
  readonly #streams = new OpenStreams<DatabaseStream>();
  readonly #handle: Handler;
  readonly #audience: string;

  constructor(readonly issuer: TestIssuer) {
    const database = prepareDatabase({});
    const authenticator = new Authenticator(database, SECRET);
    this.#audience = database.audience;
    this.#handle = createRouter(routes, {
      streams: this.#streams,
      authenticate: ({ headers }) => authenticator.authenticate(headers["authorization"]),
    });
    this.variables = new Variables({
      issuer: issuer.issuer,
      jwks: issuer.jwksUri,
      aud: database.audience,
    });
  }

  /** Undefined for what is no request. */
  async answer(step: Step): Promise<Responses | undefined> {
    if (step.mint !== undefined) {
      const { jwt } = step.as as { jwt: object };
      const token = await this.issuer.sign({ aud: this.#audience, ...jwt }, 3600);
      this.variables.set(step.mint, token);
      return undefined;
    }
    if (step.stream !== undefined) return this.#stream(step);
    const { status, body } = await this.#send(step.path ?? "/query/1", step);
    const answer = JSON.parse(body as string) as unknown;
    this.variables.capture(step.capture ?? {}, answer);
    return { response: { status, body: answer }, during: [] };
  }

  #send(path: string, { as = "admin", q, body, stream }: Step): Promise<LocalResponse> {
    const secret = as === "admin" ? SECRET : (as as { secret: string }).secret;
    const content = q === undefined ? (body ?? stream) : { query: q };
    return this.#handle({
      method: "POST",
      path,
      query: new URLSearchParams(),
      headers: {
        authorization: `Bearer ${String(this.variables.fill(secret))}`,
        "x-format": "tagged",
        "x-typecheck": "false",
      },
      body: JSON.stringify(this.variables.fill(content)),
      protocol: "http/1.1",
      signal: new AbortController().signal,
    });
  }

  /** What a stream tells until it ends, or until all commits are told: a status that is asked for comes behind them. */
  async #stream(step: Step): Promise<Responses> {
    const { status, body } = await this.#send("/stream/1", step);
    if (typeof body === "string")
      return { response: { status, body: JSON.parse(body) as unknown }, during: [] };
    const events: { type: string }[] = [];
    let closed = true;
    const reading = (async (): Promise<void> => {
      for await (const line of body!) {
        const event = JSON.parse(line) as { type: string };
        closed = event.type !== "status" || events.length === 0;
        if (!closed) break;
        events.push(event);
      }
    })();
    const during: unknown[] = [];
    for (const inner of step.during ?? []) {
      // As over a network, what is to be told of one change is told before the next one.
      await setImmediate();
      during.push((await this.answer(inner))?.response);
    }
    await setImmediate();
    this.#streams.all[0]?.status();
    await reading;
    return { response: { status, events, closed }, during };
  }
}
