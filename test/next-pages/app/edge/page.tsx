export const runtime = "edge";

export { default } from "../dynamic/page";
