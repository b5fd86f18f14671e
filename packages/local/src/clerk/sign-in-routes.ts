import { invalidForm } from "./api-error";
import { param, type Call, type Route } from "./call";
import { randomId } from "./ids";
import { describeClient } from "./describe";
import type { Resource } from "./resources";
import type { LocalClerkUser } from "./users";

/** Signing in with a ticket, or with identifier and password in one step or in two. */
export const signInRoutes: readonly Route[] = [
  { method: "POST", path: "/v1/client/sign_ins", handle: create },
  { method: "POST", path: "/v1/client/sign_ins/:signIn/attempt_first_factor", handle: attempt },
];

function create(call: Call): Promise<Resource> {
  if (call.form.get("strategy") === "ticket") return complete(call, userOfTicket(call));
  const user = userOfIdentifier(call, call.form.get("identifier"));
  return call.form.has("password")
    ? complete(call, checkPassword(call, user))
    : needsFirstFactor(call, user);
}

/** The sign-in's id carries the user, so that the local Clerk need not remember unfinished sign-ins. */
function attempt(call: Call): Promise<Resource> {
  const userId = param(call, "signIn").split(".")[1] ?? "";
  return complete(call, checkPassword(call, call.state.directory.get(userId)));
}

/** A ticket is a user's id: whoever can reach a local Clerk may be anyone in it. */
function userOfTicket({ form, state }: Call): LocalClerkUser {
  return state.directory.get(form.get("ticket") ?? "");
}

function userOfIdentifier({ state }: Call, identifier: string | null): LocalClerkUser {
  const user = state.directory.byIdentifier(identifier ?? "");
  if (!user) throw invalidForm("form_identifier_not_found", "Couldn't find your account.");
  return user;
}

function checkPassword({ form }: Call, user: LocalClerkUser): LocalClerkUser {
  if (user.password === null || form.get("password") !== user.password)
    throw invalidForm(
      "form_password_incorrect",
      "Password is incorrect. Try again, or use another method.",
    );
  return user;
}

function complete(call: Call, user: LocalClerkUser): Promise<Resource> {
  const session = call.state.sessions.start(call.client, user);
  return answer(call, user, { status: "complete", created_session_id: session.id });
}

function needsFirstFactor(call: Call, user: LocalClerkUser): Promise<Resource> {
  return answer(call, user, { status: "needs_first_factor", created_session_id: null });
}

async function answer(call: Call, user: LocalClerkUser, outcome: Resource): Promise<Resource> {
  const response = {
    object: "sign_in",
    id: `${randomId("sia")}.${user.id}`,
    identifier: user.email ?? user.username,
    supported_identifiers: ["email_address", "username"],
    supported_first_factors: user.password === null ? [] : [{ strategy: "password" }],
    user_data: { first_name: user.firstName, last_name: user.lastName, image_url: user.imageUrl },
    ...outcome,
  };
  return { response, client: await describeClient(call) };
}
