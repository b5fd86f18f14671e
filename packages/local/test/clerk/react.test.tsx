// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import { StrictMode, type ReactNode } from "react";
import { afterEach, describe, expect, test } from "vitest";
import {
  signInAs,
  signOut,
  switchOrganization,
  switchToUser,
} from "../../../../test/support/clerk/clerk-controls";
import { clerkSdks, type ClerkSdk } from "../../../../test/support/clerk/clerk-sdks";
import { startClerk } from "../../../../test/support/clerk/start-clerk";
import type { TestClerk } from "../../../../test/support/clerk/test-clerk";

afterEach(cleanup);

describe.each(clerkSdks)("$name", (sdk) => {
  test("loads an instance that was not loaded yet", async () => {
    const local = await startClerk();
    local.signIn("user_ada");
    const clerk = await sdk.createClerk(local, { load: false });
    mount(sdk, { clerk, local });
    expect(screen.getByRole("status").textContent).toBe("loading");
    await screen.findByText("user_ada in no organization");
  });

  test("shows sign-in, organization, user switch and sign-out", async () => {
    const local = await startClerk();
    const clerk = await sdk.createClerk(local);
    mount(sdk, { clerk, local });
    await screen.findByText("signed out");
    await signInAs(clerk, "user_ada");
    await screen.findByText("user_ada in no organization");
    await switchOrganization(clerk, "org_navy");
    await screen.findByText("user_ada in org_navy");
    await signInAs(clerk, "user_grace");
    await screen.findByText("user_grace in no organization");
    await switchToUser(clerk, "user_ada");
    await screen.findByText("user_ada in org_navy");
    await signOut(clerk);
    await screen.findByText("signed out");
  });

  test("loads once in StrictMode", async () => {
    const local = await startClerk();
    const clerk = await sdk.createClerk(local, { load: false });
    mount(sdk, { clerk, local, wrap: (children) => <StrictMode>{children}</StrictMode> });
    await screen.findByText("signed out");
    expect(local.requests.filter(({ path }) => path === "/v1/client")).toHaveLength(1);
  });
});

interface MountOptions {
  clerk: TestClerk;
  local: Awaited<ReturnType<typeof startClerk>>;
  wrap?: (children: ReactNode) => ReactNode;
}

function mount(sdk: ClerkSdk, { clerk, local, wrap = (children) => children }: MountOptions): void {
  function Who() {
    const { isLoaded, userId, orgId } = sdk.useAuth();
    return <p role="status">{isLoaded ? whoIs(userId, orgId) : "loading"}</p>;
  }
  render(
    wrap(
      <sdk.Provider clerk={clerk} local={local}>
        <Who />
      </sdk.Provider>,
    ),
  );
}

function whoIs(userId: string | null | undefined, orgId: string | null | undefined): string {
  return userId == null ? "signed out" : `${userId} in ${orgId ?? "no organization"}`;
}
