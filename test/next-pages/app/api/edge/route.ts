export const runtime = "edge";

export { GET } from "../todos/route";
