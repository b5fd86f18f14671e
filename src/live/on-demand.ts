// What follows events, in one file: load-on-demand.ts loads it while the first data is fetched.
export { EventStream } from "./event-stream";
export { LiveUpdater } from "./live-updater";
export { createRows } from "./rows";
