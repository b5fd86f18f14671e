import { fql, Page, type Query, type QueryValue } from "fauna";
import { createFaunaClient, type FaunaLiveState } from "fauna-clerk";
import type { Fault, LocalStream } from "@fauna-clerk/local";

import type { FastClock } from "../../support/live-clock";
import { collectionOf, type LiveServers, userIn } from "../../support/live-servers";
import { claimsIn } from "../../support/token";
import type { Action, Fields, Schedule, Write } from "./actions";
import { isPrivateId, writeQuery } from "./write-query";

interface Followed {
  readonly query: Query;
  /** For what Fauna cannot stream. */
  readonly on?: Query;
  /** The order of its rows, as the app knows it. */
  readonly order?: (a: Row, b: Row) => number;
  /** Of writes that change no field that an index covers, Fauna tells nothing. */
  readonly isIndexed?: boolean;
  /** Whether the ids of its rows are not those of the documents. */
  readonly hasForeignIds?: boolean;
}

/** As an app writes it: the collection's name is in the text. */
const query = (text: string): Query => fql([text]);

interface Row extends Fields {
  readonly id: string;
  readonly owner: string;
  readonly shared: boolean;
}

/** What an app may have on its screen. */
const QUERIES: readonly ((name: string, user: string) => Followed)[] = [
  (name) => ({ query: query(`${name}.all().pageSize(1000)`) }),
  (name) => ({ query: query(`${name}.where(.done == false).pageSize(1000)`) }),
  (name) => ({
    query: query(`${name}.all().map(d => { id: d.id, n: d.n, owner: d.owner }).pageSize(1000)`),
  }),
  (name, user) => ({
    query: query(`${name}.byOwner("${user}").pageSize(1000)`),
    isIndexed: true,
  }),
  (name) => ({
    query: query(`${name}.all().order(desc(.n)).pageSize(1000)`),
    on: query(`${name}.all()`),
  }),
  (name) => ({ query: query(`${name}.all().count()`), on: query(`${name}.all()`) }),
  (name) => ({ query: query(`${name}.byId("1")`) }),
  (name) => ({ query: query(`${name}.all().pageSize(4)`) }),
  // The same as the first, and its data, but other events.
  (name) => ({ query: query(`${name}.all().pageSize(1000)`), on: query(`${name}.all()`) }),
  (name, user) => ({
    query: query(`${name}.byOwner("${user}").pageSize(1000)`),
    isIndexed: true,
    order: (a, b) =>
      a.n - b.n ||
      Number(a.done) - Number(b.done) ||
      Number(a.shared) - Number(b.shared) ||
      Number(BigInt(a.id) - BigInt(b.id)),
  }),
  (name) => ({ query: query(`let size = 3\n${name}.where(.done == false).pageSize(size)`) }),
  (name) => ({
    query: query(`${name}.all().map(d => { id: d.n, owner: d.owner }).pageSize(1000)`),
    hasForeignIds: true,
  }),
  (name) => ({
    query: query(`${name}.where(.done == true).map(d => ${name}.byId("2")).pageSize(1000)`),
    hasForeignIds: true,
  }),
  (name) => ({ query: query(`${name}.byId("1") { id, n, done }`) }),
  (name) => ({
    query: query(`${name}.where(.done == false).order(desc(.n)).first()`),
    on: query(`${name}.all()`),
  }),
];

/** What a subscription tells. */
export interface Update {
  readonly data: QueryValue | undefined;
  readonly error: Error | null;
  readonly live: FaunaLiveState;
}

/** A live query on the screen of a user. */
export interface Subscription extends Followed {
  readonly user: string;
  /** How often it has been put on the screen. */
  readonly times: number;
  tell(update: Update): void;
}

/** Whatever follows live queries: React, or code without. */
export interface Surface {
  /** Replaces what was shown before. Nobody is signed in when `user` is null. */
  show(user: string | null, subscriptions: ReadonlyMap<number, Subscription>): void;
  close(): void;
}

/** What a surface gets of its app. */
export interface SurfaceOptions {
  readonly endpoint: string;
  readonly live: Pick<Schedule, "transport" | "pauseWhenHiddenFor">;
  readonly getToken: (
    user: string | null,
    options: { readonly skipCache?: boolean },
  ) => Promise<string | null>;
}

type Mounted = Subscription & { latest: Update | undefined };

/** Somebody's app in a collection of its own, to which a schedule happens. */
export class App {
  readonly #users: readonly [string, string];
  readonly #surface: Surface;
  readonly #mounted = new Map<number, Mounted>();
  readonly #tokenFaults: ("null" | "reject" | "late")[] = [];
  readonly #faults: Fault[] = [];
  readonly #tokens = new Map<string, string>();
  #user: string | null;
  #times = 0;
  /** What ought not to have been. */
  readonly problems: string[] = [];
  /** How many had failed for good, and were asked for again at the end. */
  failures = 0;

  constructor(
    readonly servers: LiveServers,
    readonly clock: FastClock,
    readonly world: number,
    readonly schedule: Schedule,
    createSurface: (options: SurfaceOptions) => Surface,
  ) {
    this.#users = [`ada-${world}`, `bob-${world}`];
    this.#user = this.#users[0];
    this.#surface = createSurface({
      endpoint: servers.fauna.url,
      live: schedule,
      getToken: (user, { skipCache }) => this.#token(user, skipCache),
    });
  }

  /** Lets the whole schedule happen. */
  async run(): Promise<void> {
    await this.servers.write(`${this.#name}.all().forEach(d => d.delete())`);
    this.#mount(0);
    for (const action of this.schedule.actions) await this.#apply(action);
  }

  /** After everything works again, what is live has to become what a fresh query answers. */
  async settle(): Promise<void> {
    for (const fault of this.#faults) fault.stop();
    this.#tokenFaults.length = 0;
    if (this.#user === null) this.#become(0);
    if (this.#mounted.size === 0) this.#mount(0);
    await this.#writeLast();
    for (const which of this.#mounted.keys()) await this.#agree(which);
  }

  /** What is the hardest to notice: one write after the end of a token, or after more than a stream replays. */
  async #writeLast(): Promise<void> {
    const { lifetime } = this.schedule;
    if (this.#isRenewed) await this.clock.pass(lifetime * 1000 + 500);
    else if (this.world % 10 === 0) {
      this.#mount(1);
      await this.clock.until(
        () => this.#mounted.get(1)?.latest?.live === "live",
        () => "live before the last write",
      );
      for (const path of ["/stream/1", "/feed/1"] as const)
        this.#answer({ do: "answer", path, how: "503", times: 2 });
      this.#disturb({ do: "cut" });
      await this.#write({ do: "burst", owner: 0, done: true, count: 150 });
    }
    const fields = { done: false, n: 9 };
    await this.#write({ do: "put", id: 1, owner: 0, shared: true, fields });
  }

  /** Ends it all; nothing may be left. */
  async end(): Promise<void> {
    this.#mounted.clear();
    this.#show();
    const streams = (): number =>
      this.#users.flatMap((user) => this.servers.streamsOf(user)).length;
    await this.clock.until(
      () => streams() === 0,
      () => `no stream is open after the last has left: ${JSON.stringify(this.schedule)}`,
    );
    this.#surface.close();
  }

  /** Whether its tokens end while it happens. */
  get #isRenewed(): boolean {
    return this.schedule.lifetime < 60;
  }

  get #name(): string {
    return collectionOf(this.world);
  }

  async #apply(action: Action): Promise<void> {
    if (action.do === "wait") await this.clock.pass(action.ms);
    else if (action.do === "put" || action.do === "delete" || action.do === "burst")
      await this.#write(action);
    else if (action.do === "answer") this.#answer(action);
    else if (action.do === "token") this.#tokenFaults.push(action.how);
    else if (action.do === "become") this.#become(action.who);
    else if (action.do === "show") this.#toggle(action.which % QUERIES.length, action.shown);
    else this.#disturb(action);
  }

  #write(action: Write): Promise<unknown> {
    return this.servers.write(writeQuery(this.#name, this.#users, action));
  }

  #answer({ path, how, times }: Extract<Action, { do: "answer" }>): void {
    const { faults } = this.servers.fauna;
    const match = (request: { path: string; headers: Readonly<Record<string, string>> }): boolean =>
      request.path === path && this.#users.includes(userIn(request.headers) as string);
    const error = { code: "simulated", message: "simulated" };
    this.#faults.push(
      how === "drop"
        ? faults.drop("before", { match, times })
        : faults.respond({ status: Number(how), body: { error } }, { match, times }),
    );
  }

  #disturb(action: Extract<Action, { do: "cut" | "end" | "status" | "silence" | "fail" }>): void {
    for (const stream of this.#users.flatMap((user) => this.servers.streamsOf(user))) {
      if (action.do === "cut") stream.drop();
      if (action.do === "end") stream.end();
      // After its end a server tells only that, and not what it has swallowed.
      if (action.do === "status" && !isOver(stream)) stream.status();
      // Otherwise nothing would replace it before minutes have passed.
      if (action.do === "silence" && this.#isRenewed) stream.silence();
      if (action.do === "fail") stream.fail(action.code, "simulated");
    }
  }

  async #token(user: string | null, fresh = false): Promise<string | null> {
    const fault = this.#tokenFaults.shift();
    if (fault === "null" || user === null) return null;
    if (fault === "reject") throw Object.assign(new Error("simulated"), { status: 429 });
    if (fault === "late") await this.clock.pass(200);
    const cached = this.#tokens.get(user);
    // As Clerk's own cache, until shortly before they expire.
    if (cached && !fresh && Number(claimsIn(cached)["exp"]) * 1000 > Date.now() + 1000)
      return cached;
    const token = await this.servers.token(user, this.schedule.lifetime);
    this.#tokens.set(user, token);
    return token;
  }

  #become(who: 0 | 1 | null): void {
    this.#user = who === null ? null : this.#users[who];
    for (const [which, { times }] of this.#mounted) this.#subscribe(which, times);
    this.#show();
  }

  #mount(which: number): void {
    this.#subscribe(which, ++this.#times);
    this.#show();
  }

  #toggle(which: number, shown: boolean): void {
    if (shown) return this.#mount(which);
    this.#mounted.delete(which);
    this.#show();
  }

  #show(): void {
    this.#surface.show(this.#user, this.#user === null ? new Map() : new Map(this.#mounted));
  }

  #subscribe(which: number, times: number): void {
    const user = this.#user ?? "";
    const subscription: Mounted = {
      ...QUERIES[which]!(this.#name, user),
      user,
      times,
      latest: undefined,
      tell: (update) => {
        const isOver = this.#mounted.get(which) !== subscription;
        if (isOver && update.live === "off") return;
        if (isOver) this.problems.push("told after it left");
        if (this.#user !== user) this.problems.push("told of a user who has gone");
        subscription.latest = update;
        if (!subscription.hasForeignIds) this.#look(update.data, user);
      },
    };
    this.#mounted.set(which, subscription);
  }

  #look(data: QueryValue | undefined, user: string): void {
    if (!(data instanceof Page)) return;
    const rows = data.data as unknown as readonly Row[];
    if (new Set(rows.map(({ id }) => id)).size < rows.length) this.problems.push("a row twice");
    if (rows.some(({ id, owner }) => isPrivateId(Number(id)) && owner !== user))
      this.problems.push("a row of somebody else");
  }

  async #agree(which: number): Promise<void> {
    const { query, user, isIndexed } = this.#mounted.get(which)!;
    const { url } = this.servers.fauna;
    const getToken = (): Promise<string> => this.servers.token(user);
    const { data } = await createFaunaClient({ endpoint: url, getToken }).query(query);
    // A cursor is another one each time.
    const write = (value: unknown): string =>
      JSON.stringify(value, (key, part: unknown) =>
        key === "after" || (isIndexed && key === "ts") ? "" : part,
      );
    const fresh = write(data);
    let [known, text]: [unknown, string | undefined] = [undefined, undefined];
    let failed: Error | undefined;
    const agrees = (): boolean => {
      const { latest } = this.#mounted.get(which)!;
      // It is shown until the answer to the next request comes, which leaving would take back.
      if (latest?.error && latest.error !== failed) {
        failed = latest.error;
        this.failures++;
        this.#mount(which);
      }
      if (latest?.live !== "live") return false;
      // A long list is not written out in each turn.
      if (latest.data !== known) [known, text] = [latest.data, write(latest.data)];
      return text === fresh;
    };
    const report = (): string => {
      const { latest } = this.#mounted.get(which)!;
      const details = { schedule: this.schedule, which, latest, fresh };
      return `live and equal to a fresh query: ${JSON.stringify(details)}`;
    };
    // A minute later the server itself ends a stream whose token is over, and what was missed comes with the next.
    await this.clock.until(agrees, report, 30_000);
  }
}

/** Whether the token of a stream has ended. */
const isOver = ({ request: { headers } }: LocalStream): boolean =>
  Number(claimsIn(headers["authorization"] ?? "")["exp"]) * 1000 <= Date.now();
