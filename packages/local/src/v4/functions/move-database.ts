import { type Database, SYSTEM_COLLECTIONS } from "../../store";
import type { Transaction } from "../../store/transaction";
import { type Cast, databaseRef } from "../casts";
import { permissionDenied, toV4 } from "../documents";
import { V4Error, wrongType, type Position } from "../errors";
import type { Evaluator } from "../evaluate";
import type { Ref, V4Object } from "../values";
import { define, type V4Function } from "./define";

const { Database: DATABASES, Key: KEYS } = SYSTEM_COLLECTIONS;

/** A database, and not all of them. */
const single: Cast<Ref> = (value, position, evaluator) => {
  const found = databaseRef(value, position, evaluator);
  if (found.schemaClass === "databases") return found;
  throw wrongType(["Database Ref"], "Collection Ref", position);
};

/** Whether a database is another one, or somewhere in it. */
function isWithin(database: Database | undefined, outer: Database): boolean {
  return (
    database !== undefined && (database === outer || isWithin(database.parent?.database, outer))
  );
}

/** Writes in a database as part of a query on any: what the query takes back if it fails is written back there. */
function write(
  { context: { db, tx } }: Evaluator,
  into: Database,
  work: (tx: Transaction) => void,
  back: (tx: Transaction) => void,
): void {
  if (into === db) {
    work(tx);
    return;
  }
  into.transact(work);
  tx.onRollback(() => into.transact(back));
}

/** Moves a database into another one, with the keys that were made for it. */
function move(from: Ref, to: Ref, evaluator: Evaluator, position: Position): V4Object {
  const { context, references } = evaluator;
  if (context.authority.builtin !== "admin") throw permissionDenied(position);
  const source = references.within(from.database)!.db;
  const target = references.within(to)!.db;
  const version = source.systemDocument("Database", from.id)!;
  const moved = source.child(version.id);
  if (isWithin(target, moved)) {
    const problem = "Cannot move database from ancestor to descendant.";
    const description = `Cannot move database '${from.id}' into parent '${to.id}': ${problem}`;
    throw new V4Error("move database error", description, position);
  }
  if (target.childByName(from.id))
    throw new V4Error("instance already exists", "Database already exists.", position);
  const keys = source.systemDocuments("Key").filter(({ data }) => data.get("database") === from.id);
  const id = target.newSystemId();
  const puts = (tx: Transaction, at: bigint): void => {
    tx.put(DATABASES, at, version.data, version.ttl);
    for (const key of keys) tx.put(KEYS, key.id, key.data, key.ttl);
  };
  const removes = (tx: Transaction, at: bigint): void => {
    tx.remove(DATABASES, at);
    for (const key of keys) tx.remove(KEYS, key.id);
  };
  write(
    evaluator,
    source,
    (tx) => removes(tx, version.id),
    (tx) => puts(tx, version.id),
  );
  write(
    evaluator,
    target,
    (tx) => puts(tx, id),
    (tx) => removes(tx, id),
  );
  target.adopt(moved, id);
  context.tx.onRollback(() => source.adopt(moved, version.id));
  const answer = toV4(target.read(DATABASES, id)!, evaluator.within(to));
  evaluator.made.add(answer);
  return answer;
}

export const moves: readonly V4Function[] = [
  define({ move_database: single, to: single }, (args, { evaluator, position }) =>
    move(args.move_database, args.to, evaluator, position),
  ),
];
