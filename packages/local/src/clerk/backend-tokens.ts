import type { LocalRequest } from "../http/exchange";
import type { ClerkState } from "./call";
import { notFound } from "./api-error";
import { tokenResource } from "./describe";
import type { Resource } from "./resources";

const PATH = /^\/v1\/sessions\/(?<session>[^/]+)\/tokens(?:\/(?<template>[^/]+))?$/;

/** Whether a request is for a token of a session, as the SDKs for servers ask for it. */
export function isBackendTokenRequest({ method, path }: LocalRequest): boolean {
  return method === "POST" && PATH.test(path);
}

/** Makes a token of a session, from a template if one is named. Throws Clerk's errors. */
export async function answerBackendToken(
  { sessions, templates, tokens }: ClerkState,
  { path }: LocalRequest,
): Promise<Resource> {
  const { session: id = "", template } = PATH.exec(path)?.groups ?? {};
  const session = sessions.find(id);
  if (session?.status !== "active") throw notFound(`No session was found with id ${id}`);
  // No page asks, so there is no origin.
  const subject = { ...session, origin: undefined };
  return tokenResource(
    template === undefined
      ? tokens.forSession(session, subject)
      : tokens.fromTemplate(templates.get(decodeURIComponent(template)), subject),
  );
}
