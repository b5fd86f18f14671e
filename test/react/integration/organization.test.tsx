import { screen } from "@testing-library/react";
import { fql } from "fauna";
import { useFaunaQuery } from "fauna-clerk";
import { describe, expect, test } from "vitest";

import { signInAs, switchOrganization } from "../../support/clerk/clerk-controls";
import { runCli } from "../../support/run-cli";
import { mount, ways } from "./support";

const organization = fql<string | null>`Query.token()!.org_id`;

function Organization() {
  const { data, error } = useFaunaQuery(organization, { retry: false });
  return <p>{error ? error.message : `In ${String(data)}`}</p>;
}

const shows = (text: string | RegExp): Promise<HTMLElement> =>
  screen.findByText(text, {}, { timeout: 5000 });

const sdks = ways.filter(({ protocol }) => protocol === "h2");

describe.each(sdks)("with the template as init sets it up, $name", (way) => {
  test("a token of the organization before is not sent in the next one", async () => {
    const { local, fauna, clerk } = await mount(way, <Organization />, (children) => children);
    const env = {
      CLERK_PUBLISHABLE_KEY: local.publishableKey,
      CLERK_SECRET_KEY: local.secretKey,
      CLERK_API_URL: local.url,
    };
    await runCli(["init", "--audience", fauna.audience, "--no-dotenv"], { env });
    await signInAs(clerk, "user_ada");
    await shows("In null");
    await switchOrganization(clerk, "org_engine");
    await shows("In org_engine");
    const sent = fauna.requests.length;
    // A page without focus shows the next organization, but does not tell Clerk, whose tokens are of the one before.
    await clerk.setActive({ organization: "org_navy" });
    await shows(/token_mismatch/);
    expect(fauna.requests).toHaveLength(sent);
  });
});
