import { getAuth } from "@clerk/react-router/server";
import { createFaunaRequest, type FaunaRequest } from "fauna-clerk/server";
import { createContext, type MiddlewareFunction } from "react-router";
import { faunaEndpoint } from "./settings";

/** Fauna for loaders and actions: as the user of the request, and one for all of them. */
export const faunaContext = createContext<FaunaRequest>();

export const faunaMiddleware: MiddlewareFunction<Response> = async (args, next) => {
  const fauna = createFaunaRequest({
    endpoint: faunaEndpoint,
    auth: await getAuth(args),
    cookie: args.request.headers.get("cookie"),
  });
  args.context.set(faunaContext, fauna);
  const response = await next();
  // The loaders that follow an action come with another request, and see what it has written.
  fauna.setCookie(response.headers);
  return response;
};
