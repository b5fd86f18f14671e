import {
  ArraySource,
  DistinctSource,
  OrderedSource,
  SequenceSource,
  SingleSource,
} from "../fql/sets/collected";
import { DocumentSource } from "../fql/sets/documents";
import {
  ConcatSource,
  DropSource,
  FlatMapSource,
  MapSource,
  Origin,
  ReversedSource,
  TakeSource,
  WhereSource,
} from "../fql/sets/pipeline";
import { Decimal } from "../fql/values/decimal";
import type { Job } from "./jobs";
import type { Outcome, Task } from "./task";

/** The classes of what values are made of. They have nothing private (`#`): an object cannot get that later. */
const CLASSES: readonly { readonly prototype: object }[] = [
  ArraySource,
  ConcatSource,
  Decimal,
  DistinctSource,
  DocumentSource,
  DropSource,
  FlatMapSource,
  MapSource,
  OrderedSource,
  Origin,
  ReversedSource,
  SequenceSource,
  SingleSource,
  TakeSource,
  WhereSource,
];
const NUMBERS = new Map(CLASSES.map(({ prototype }, number) => [prototype, number]));

/** A message to another thread, with what it does not keep by itself: which objects are instances of a class. */
export interface Packed<T> {
  readonly message: T;
  readonly instances: readonly (readonly [instance: object, classNumber: number])[];
}

/** Packs a task: sets are in cursors and event sources, and in what a job is given. */
export function packTask<J extends Job>(task: Task<J>): Packed<Task<J>> {
  const { state, request } = task;
  return pack(task, [state.cursors, state.eventSources, request]);
}

/** Packs an outcome: answers are in wire format, so only what is remembered has sets. */
export function packOutcome<J extends Job>(outcome: Outcome<J>): Packed<Outcome<J>> {
  return pack(outcome, [outcome.cursors, outcome.eventSources]);
}

/** `parts` are those of the message that may hold sets. */
function pack<T>(message: T, parts: readonly unknown[]): Packed<T> {
  const instances: [object, number][] = [];
  const seen = new Set<unknown>();
  const left = [...parts];
  while (left.length) {
    const each = left.pop();
    if (typeof each !== "object" || each === null || seen.has(each)) continue;
    seen.add(each);
    const number = NUMBERS.get(Object.getPrototypeOf(each) as object);
    if (number !== undefined) instances.push([each, number]);
    for (const part of each instanceof Map ? each.values() : Object.values(each)) left.push(part);
  }
  return { message, instances };
}

export function unpack<T>({ message, instances }: Packed<T>): T {
  for (const [instance, number] of instances)
    Object.setPrototypeOf(instance, CLASSES[number]!.prototype);
  return message;
}
