import type { TestClerk } from "./test-clerk";

/** Signs a user in through the SDK, beside those signed in already, and makes the session active. */
export async function signInAs(clerk: TestClerk, userId: string): Promise<string> {
  const ticket = { strategy: "ticket", ticket: userId } as const;
  const { createdSessionId } = await clientOf(clerk).signIn.create(ticket);
  if (createdSessionId === null) throw new Error(`Signing in ${userId} made no session.`);
  await focused(() => clerk.setActive({ session: createdSessionId }));
  return createdSessionId;
}

/** Makes a session active that this user has already. */
export async function switchToUser(clerk: TestClerk, userId: string): Promise<void> {
  const session = clientOf(clerk).sessions.find(({ user }) => user?.id === userId);
  if (!session) throw new Error(`${userId} is not signed in.`);
  await focused(() => clerk.setActive({ session: session.id }));
}

/** Makes an organization the active one, or none. */
export function switchOrganization(clerk: TestClerk, organization: string | null): Promise<void> {
  return focused(() => clerk.setActive({ organization }));
}

/** Signs every user of the browser out. The callback stands in for the SDK's navigation. */
export function signOut(clerk: TestClerk): Promise<void> {
  return clerk.signOut(() => {});
}

function clientOf(clerk: TestClerk): NonNullable<TestClerk["client"]> {
  if (!clerk.client) throw new Error("Clerk has not loaded.");
  return clerk.client;
}

/**
 * jsdom's document never has focus, and a page without focus does not tell Clerk which session and
 * organization it switched to: template tokens would be made for the old organization.
 */
async function focused<T>(action: () => Promise<T>): Promise<T> {
  Object.defineProperty(document, "hasFocus", { value: () => true, configurable: true });
  try {
    return await action();
  } finally {
    Reflect.deleteProperty(document, "hasFocus");
  }
}
