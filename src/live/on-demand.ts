// What a live query needs once its data is there: event-stream.ts loads it meanwhile, in one file.
export { readEvents } from "./read-events";
export { LiveRows } from "./rows";
export { rulesOf } from "./row-rules";
