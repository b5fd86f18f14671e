import type { NextConfig } from "next";

const config: NextConfig = {
  // This folder is an app of its own, with a lock file of its own, in a repository that has another one.
  turbopack: { root: import.meta.dirname },
  // A test checks the types, with a compiler that takes a tenth of the time.
  typescript: { ignoreBuildErrors: true },
};

export default config;
