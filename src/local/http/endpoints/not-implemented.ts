import type { Endpoint } from "./endpoint";
import { notFound } from "./protocol-error";

/** An endpoint that the real server has and this one does not. */
export const notImplemented: Endpoint = ({ path }) =>
  notFound(`The local Fauna does not implement ${path}.`);
