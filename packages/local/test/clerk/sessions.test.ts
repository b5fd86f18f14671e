import { beforeEach, describe, expect, test } from "vitest";
import { Sessions, type Client } from "../../src/clerk/sessions";
import { createUser } from "../../src/clerk/users";

const ada = createUser({
  id: "user_ada",
  organizations: [
    { id: "org_engine", name: "Engine" },
    { id: "org_navy", name: "Navy" },
  ],
});
const grace = createUser({ id: "user_grace" });

let sessions: Sessions;
let browser: Client;

beforeEach(() => {
  sessions = new Sessions();
  browser = sessions.client("client_1");
});

describe("a client", () => {
  test("has the session started last as its active one", () => {
    sessions.start(browser, ada);
    const second = sessions.start(browser, grace);
    expect(browser.lastActiveSessionId).toBe(second.id);
    expect(sessions.activeOf(browser)).toHaveLength(2);
  });

  test("goes back to another session when the active one ends", () => {
    const first = sessions.start(browser, ada);
    const second = sessions.start(browser, grace);
    sessions.end(second.id, "removed");
    expect(browser.lastActiveSessionId).toBe(first.id);
  });

  test("keeps its active session when another one ends", () => {
    const first = sessions.start(browser, ada);
    const second = sessions.start(browser, grace);
    sessions.end(first.id, "removed");
    expect(browser.lastActiveSessionId).toBe(second.id);
  });

  test("has no active session after everyone signed out", () => {
    sessions.start(browser, ada);
    sessions.start(browser, grace);
    sessions.endAll(browser);
    expect(browser.lastActiveSessionId).toBeNull();
    expect(sessions.activeOf(browser)).toEqual([]);
  });

  test("is not touched by another client's sign-out", () => {
    const session = sessions.start(browser, ada);
    sessions.endAll(sessions.client("client_2"));
    expect(sessions.active(browser, session.id)).toBe(session);
  });

  test("makes a touched session the active one", () => {
    const first = sessions.start(browser, ada);
    sessions.start(browser, grace);
    sessions.touch(browser, first);
    expect(browser.lastActiveSessionId).toBe(first.id);
  });
});

describe("a session", () => {
  test("is unknown to another client", () => {
    const { id } = sessions.start(browser, ada);
    const other = sessions.client("client_2");
    expect(() => sessions.active(other, id)).toThrow(`No session was found with id ${id}`);
  });

  test("is unknown once it was removed, and unauthorized once it was revoked", () => {
    const [removed, revoked] = [sessions.start(browser, ada), sessions.start(browser, ada)];
    sessions.end(removed.id, "removed");
    sessions.end(revoked.id, "revoked");
    const statusOf = (id: string): unknown => {
      try {
        return sessions.active(browser, id).status;
      } catch (error) {
        return (error as { status: number }).status;
      }
    };
    expect([statusOf(removed.id), statusOf(revoked.id)]).toEqual([404, 401]);
  });

  test("changes to an organization of its user, and to none", () => {
    const session = sessions.start(browser, ada, "org_engine");
    sessions.setOrganization(session, "org_navy");
    expect(session.organizationId).toBe("org_navy");
    sessions.setOrganization(session, null);
    expect(session.organizationId).toBeNull();
  });

  test("stays where it is when the organization is not the user's", () => {
    const session = sessions.start(browser, grace);
    expect(() => sessions.setOrganization(session, "org_navy")).toThrow("no member");
    expect(session.organizationId).toBeNull();
  });
});
