import type { IncomingMessage } from "node:http";
import { EventStream, type OpenStream } from "../streams/open-streams";
import { Queue } from "../streams/queue";
import { line } from "../streams/wire-events";

/** An open stream that comes through the proxy. */
export interface ProxiedStream extends OpenStream {
  /** Sends an event of your own between those of the server, such as a `status`. */
  send(event: Readonly<Record<string, unknown>>): void;
}

/** A stream of the server's events, and of events that are sent between. */
export class UpstreamStream extends EventStream implements ProxiedStream {
  readonly #lines = new Queue<string>(this.signal);

  send(event: Readonly<Record<string, unknown>>): void {
    this.#lines.push(line(event));
  }

  /** The lines of the server's answer, which is given up as soon as the stream ends on this side. */
  follow(answer: IncomingMessage): AsyncIterable<string> {
    let rest = "";
    answer
      .setEncoding("utf8")
      .on("data", (chunk: string) => {
        // Only whole lines: an event that is sent between would break one in two.
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const each of lines) this.#lines.push(`${each}\n`);
      })
      .on("end", () => this.end())
      .on("error", () => {
        // Giving it up is an error of the answer, too.
        if (!this.signal.aborted) this.drop();
      });
    if (this.signal.aborted) answer.destroy();
    this.signal.addEventListener("abort", () => answer.destroy(), { once: true });
    return this.#lines;
  }
}
