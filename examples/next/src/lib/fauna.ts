import "server-only";
import { createFaunaServer } from "fauna-clerk/nextjs/server";
import { faunaEndpoint } from "./settings";

/** Fauna for server components and actions: as the user of the request. */
export const getFauna = createFaunaServer({ endpoint: faunaEndpoint });
