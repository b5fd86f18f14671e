// `npm run start:react-router`
import { startDevServer } from "../next/start-dev-server.mjs";

// The host by which the local Clerk knows the page.
const command = ["@react-router/dev/bin.js", "dev", "--host", "localhost"];
await startDevServer(import.meta.dirname, "VITE_", command);
