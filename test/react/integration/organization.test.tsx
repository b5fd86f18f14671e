import { fireEvent, screen, waitFor } from "@testing-library/react";
import { fql } from "fauna";
import { useFaunaQuery } from "fauna-clerk";
import { describe, expect, test, vi } from "vitest";

import { signInAs, switchOrganization } from "../../support/clerk/clerk-controls";
import { hurry } from "../../support/hurry";
import { runCli } from "../../../packages/cli/test/support/run-cli";
import { mount, ways } from "./support";

const organization = fql<string | null>`Query.token()!.org_id`;

function Organization() {
  const { data, error, refetch } = useFaunaQuery(organization, { retry: false });
  return (
    <button onClick={() => void refetch()}>{error ? error.message : `In ${String(data)}`}</button>
  );
}

const shows = (text: string | RegExp): Promise<HTMLElement> => screen.findByText(text);

const sdks = ways.filter(({ protocol }) => protocol === "http/1.1");

describe.each(sdks)("with the template as init sets it up, $name", (way) => {
  test("after a switch the previous organization's token is not sent, and the new one's is once Clerk has it", async () => {
    const { local, fauna, clerk } = await mount(way, <Organization />);
    const env = {
      CLERK_PUBLISHABLE_KEY: local.publishableKey,
      CLERK_SECRET_KEY: local.secretKey,
      CLERK_API_URL: local.url,
    };
    await runCli(["init", "--audience", fauna.audience, "--no-dotenv"], { env });
    await signInAs(clerk, "user_ada");
    await shows("In null");
    hurry();
    await switchOrganization(clerk, "org_engine");
    await shows("In org_engine");
    const sent = fauna.requests.length;
    // A page without focus shows the next organization, but does not tell Clerk, whose tokens are of the one before.
    await clerk.setActive({ organization: "org_navy" });
    await shows(/token_mismatch/);
    expect(fauna.requests).toHaveLength(sent);
    vi.spyOn(document, "hasFocus").mockReturnValue(true);
    window.dispatchEvent(new Event("focus"));
    const touches = () => local.requests.filter(({ path }) => path.endsWith("/touch"));
    const before = touches().length;
    await waitFor(() => expect(touches().length).toBeGreaterThan(before));
    // What Clerk keeps under its name is still the other one's.
    fireEvent.click(screen.getByRole("button"));
    await shows("In org_navy");
  });
});
