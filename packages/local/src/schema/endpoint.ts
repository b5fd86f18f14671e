import type { Session } from "../access/session";
import { json, type LocalRequest, type LocalResponse } from "../http/exchange";
import type { Endpoint } from "../http/endpoints/endpoint";
import { updateFiles } from "./apply";
import { abandonStaged, commitStaged } from "./staging";
import { addItem, deleteItem, getItem, replaceItem } from "./item-routes";
import { difference, formatOf } from "./difference";
import { readFiles } from "./multipart";
import { errorAnswer, notFound, SchemaRequestError } from "./schema-error";
import { SchemaFiles } from "./schema-files";

/** A request that may do what it asks for. */
export interface SchemaRequest {
  readonly request: LocalRequest;
  readonly session: Session;
  readonly files: SchemaFiles;
  /** Parts of the path that the route leaves open. */
  readonly parts: readonly string[];
}

type Route = (request: SchemaRequest) => Record<string, unknown>;

const ROUTES: readonly (readonly [method: string, path: RegExp, route: Route])[] = [
  ["GET", /^\/files$/, listFiles],
  ["GET", /^\/files\/([^/]+)$/, getFile],
  ["POST", /^\/update$/, update],
  ["POST", /^\/(?:diff|validate)$/, validate],
  ["GET", /^(?:\/staged)?\/status$/, stagedStatus],
  ["POST", /^(?:\/staged)?\/commit$/, commit],
  ["POST", /^(?:\/staged)?\/abandon$/, abandon],
  ["GET", /^\/items\/(\w+)\/([^/]+)$/, getItem],
  ["POST", /^\/items\/(\w+)$/, addItem],
  ["POST", /^\/items\/(\w+)\/([^/]+)$/, replaceItem],
  ["DELETE", /^\/items\/(\w+)\/([^/]+)$/, deleteItem],
];
const READING = new Set<Route>([listFiles, getFile, validate, stagedStatus, getItem]);

/** `/schema/1/…`: the schema as FSL. */
export const schema: Endpoint = async (request, context) => {
  try {
    const { route, parts } = findRoute(request);
    const session = await context.authenticate(request);
    authorize(session, READING.has(route));
    checkVersion(request, session);
    const files = SchemaFiles.of(session.database);
    const answer = route({ request, session, files, parts });
    return json(200, { version: session.database.schemaVersion, ...answer });
  } catch (error) {
    return errorAnswer(error) satisfies LocalResponse;
  }
};

function findRoute({ path, method }: LocalRequest): { route: Route; parts: string[] } {
  const rest = path.slice("/schema/1".length);
  const fitting = ROUTES.filter(([, pattern]) => pattern.test(rest));
  if (fitting.length === 0) throw notFound();
  const found = fitting.find(([wanted]) => wanted === method);
  if (!found && fitting.some(([, , route]) => route === addItem)) throw notFound();
  if (!found) throw new SchemaRequestError(405, "Method not allowed");
  const [, pattern, route] = found;
  return { route, parts: (pattern.exec(rest) ?? []).slice(1).map(decodeURIComponent) };
}

/** Only built-in roles may look at the schema, and only admins may change it. */
function authorize(session: Session | null, reading: boolean): asserts session {
  if (!session) throw new SchemaRequestError(401, "Access token required");
  const { builtin } = session.caller;
  const mayRead = builtin === "server" || builtin === "server-readonly";
  if (builtin !== "admin" && !(reading && mayRead))
    throw new SchemaRequestError(403, "Access denied");
}

function checkVersion({ query }: LocalRequest, { database }: Session): void {
  const version = query.get("version");
  if (!/^\d+$/.test(version ?? "") || query.get("force") === "true") return;
  if (Number(version) !== database.schemaVersion)
    throw new SchemaRequestError(409, "Stale schema version provided");
}

/** The files that a request sends, if they may be called as they are. */
function submitted(request: LocalRequest): Map<string, string> {
  const files = readFiles(request);
  const wrong = [...files.keys()].find((name) => !/^(?!\*).*\.fsl$/s.test(name));
  if (wrong !== undefined) throw new SchemaRequestError(400, `Invalid filename \`${wrong}\``);
  return files;
}

function flag({ query }: LocalRequest, name: string): boolean {
  return query.get(name) === "true";
}

function filesFor({ request, files }: SchemaRequest): ReadonlyMap<string, string> {
  return flag(request, "staged") ? files.latest : files.active;
}

function listFiles(asked: SchemaRequest): Record<string, unknown> {
  return { files: [...filesFor(asked).keys()].map((filename) => ({ filename })) };
}

function getFile(asked: SchemaRequest): Record<string, unknown> {
  const content = filesFor(asked).get(asked.parts[0] ?? "");
  if (content === undefined) throw notFound();
  return { content };
}

function update({ request, files }: SchemaRequest): Record<string, unknown> {
  const override = request.query.get("override") !== "false";
  updateFiles(files, submitted(request), { override, staged: flag(request, "staged") });
  return {};
}

function validate(asked: SchemaRequest): Record<string, unknown> {
  const { request, files } = asked;
  const wanted = files.merged(submitted(request), request.query.get("override") !== "false");
  return difference(files, request, filesFor(asked), wanted);
}

function stagedStatus(asked: SchemaRequest): Record<string, unknown> {
  const { request, files } = asked;
  const status = files.staged ? "ready" : "none";
  if (!formatOf(request)) return { status };
  return { status, pending_summary: "", ...difference(files, request, files.active, files.latest) };
}

function commit({ files }: SchemaRequest): Record<string, unknown> {
  commitStaged(files);
  return {};
}

function abandon({ files }: SchemaRequest): Record<string, unknown> {
  abandonStaged(files);
  return {};
}
