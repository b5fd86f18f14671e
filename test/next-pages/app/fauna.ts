import "server-only";
import { createFaunaServer } from "fauna-clerk/nextjs/server";

export const getFauna = createFaunaServer({ endpoint: process.env.NEXT_PUBLIC_FAUNA_ENDPOINT! });
