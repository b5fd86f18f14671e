// `npm run start:next`
import { startDevServer } from "./start-dev-server.mjs";

// Loopback only. Next takes 127.0.0.1 for another server than itself, as soon as clerkMiddleware is there.
const command = ["next/dist/bin/next", "dev", "--hostname", "localhost"];
await startDevServer(import.meta.dirname, "NEXT_PUBLIC_", command);
