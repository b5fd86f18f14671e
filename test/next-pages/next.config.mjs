import { join } from "node:path";
import process from "node:process";

export default {
  cacheComponents: process.env.CACHE_COMPONENTS === "1",
  // A copy of this folder is in that of an example, whose packages it uses.
  turbopack: { root: join(import.meta.dirname, "../..") },
  typescript: { ignoreBuildErrors: true },
};
