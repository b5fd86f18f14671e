import { describe, expect, test } from "vitest";
import { startClerk } from "../../../../test/support/clerk/start-clerk";

const path = "/v1/client";

describe("a failure that is switched on", () => {
  test.each([
    [401, "authentication_invalid"],
    [403, "not_allowed_access"],
    [404, "resource_not_found"],
    [422, "form_param_invalid"],
    [429, "too_many_requests"],
    [503, "internal_clerk_error"],
  ])("of status %i has the code %s", async (status, code) => {
    const local = await startClerk();
    local.faults.fail({ status });
    const response = await fetch(local.url + path);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ errors: [{ code, meta: {} }] });
  });

  test("takes a code and a message of the caller's", async () => {
    const local = await startClerk();
    local.faults.fail({ status: 409, code: "taken", message: "Somebody has it." });
    const body: unknown = await (await fetch(local.url + path)).json();
    expect(body).toMatchObject({ errors: [{ code: "taken", message: "Somebody has it." }] });
  });

  test("meets as many requests as it was told, and no others", async () => {
    const local = await startClerk();
    local.faults.fail({ status: 500 }, { match: path, times: 2 });
    const statuses = [];
    for (const one of ["/v1/environment", path, path, path])
      statuses.push((await fetch(local.url + one)).status);
    expect(statuses).toEqual([200, 500, 500, 200]);
  });

  test("changes nothing in the local Clerk", async () => {
    const local = await startClerk();
    local.signIn("user_ada");
    local.faults.fail({ status: 500 });
    await fetch(`${local.url}/v1/client/sessions?_method=DELETE`, { method: "POST" });
    expect(local.sessions).toMatchObject([{ status: "active" }]);
  });
});

test("leaves no held request hanging when the local Clerk closes", async () => {
  const local = await startClerk();
  const held = local.faults.hold();
  const answer = fetch(local.url + path).then(
    () => "answered",
    () => "cut",
  );
  await held.reached();
  await local.close();
  expect(["answered", "cut"]).toContain(await answer);
});
