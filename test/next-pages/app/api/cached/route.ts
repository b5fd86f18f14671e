// Next's own cache of what is fetched, on disk, for whatever does not say otherwise.
export const fetchCache = "force-cache";

export { GET } from "../todos/route";
