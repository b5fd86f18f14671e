import { screen, waitFor } from "@testing-library/react";
import { useFaunaAuth } from "fauna-clerk";
import { useAuthorizedFetch } from "fauna-clerk/fetch";
import { useEffect, useMemo, useState } from "react";
import { expect, test } from "vitest";

import { signInAs, signOut, switchToUser } from "../../support/clerk/clerk-controls";
import { type GraphqlClient, graphqlClients } from "../../support/graphql-clients";
import { startGraphql } from "../../support/graphql-server";
import { modes } from "../../support/modes";
import { mount, ways } from "./support";

/** What one render showed: no render may show one user's answer to another. */
type Frame = readonly [userId: string | null, answer: string | undefined];

interface WhoProps {
  url: string;
  create: (typeof graphqlClients)[number]["create"];
  record(frame: Frame): void;
}

/** Makes a client of what the hook returns, as docs/graphql.md says, and shows what it answers. */
function Who({ url, create, record }: WhoProps) {
  const fetch = useAuthorizedFetch(url);
  const client = useMemo(() => create(url, fetch), [create, url, fetch]);
  const { userId } = useFaunaAuth();
  const answer = useAnswer(client);
  record([userId, answer]);
  return <p data-testid="who">{answer ?? "nothing"}</p>;
}

function useAnswer(client: GraphqlClient): string | undefined {
  const [answer, setAnswer] = useState<{ of: GraphqlClient; text: string }>();
  useEffect(() => {
    // Nobody is signed in, or no longer this user: then another client comes.
    const ignore = (): void => undefined;
    client.whoAmI().then((text) => setAnswer({ of: client, text }), ignore);
  }, [client]);
  return answer?.of === client ? answer.text : undefined;
}

const shows = (text: string): Promise<void> =>
  waitFor(() => expect(screen.getByTestId("who").textContent).toBe(text));

/** Of clients, SDKs and modes every pair. */
const combinations = graphqlClients.flatMap((client, which) =>
  ways
    .filter(({ protocol }) => protocol === "http/1.1")
    .map((way, other) => ({ ...client, ...way, ...modes[(which + other) % 2]! })),
);

test.each(combinations)(
  "$client with $name, $mode, answers each user for themselves, through sign-in, switches and sign-out",
  async ({ create, ...way }) => {
    const server = await startGraphql();
    const frames: Frame[] = [];
    const record = (frame: Frame): void => void frames.push(frame);
    const who = <Who url={server.url} create={create} record={record} />;
    const { clerk, local } = await mount(way, who);
    server.trust(local);
    await signInAs(clerk, "user_ada");
    await shows("user_ada");
    await signInAs(clerk, "user_grace");
    await shows("user_grace");
    await switchToUser(clerk, "user_ada");
    await shows("user_ada");
    await signOut(clerk);
    await shows("nothing");
    expect(frames.filter(([userId, answer]) => answer && answer !== userId)).toEqual([]);
    expect(server.tokens).not.toContain(undefined);
  },
);
