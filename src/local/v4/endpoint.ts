import type { Endpoint } from "../http/endpoints/endpoint";
import { notImplemented } from "../http/endpoints/not-implemented";

export const v4: Endpoint = notImplemented;
