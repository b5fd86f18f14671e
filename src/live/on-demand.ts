// What a live query needs once its data is there: start-stream.ts loads it meanwhile, in one file.
export { EventStream } from "./event-stream";
export { LiveRows } from "./rows";
export { rulesOf } from "./row-rules";
