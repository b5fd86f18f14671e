// The local Clerk and the local Fauna with a page of one user's todos, in a process of their own.
import process from "node:process";
import { startLocalClerk, startLocalFauna } from "@fauna-clerk/local";

const USER = "user_ada";
const clerk = await startLocalClerk();
const fauna = await startLocalFauna({
  seed: [
    `Collection.create({ name: "Todo" })`,
    `Set.sequence(0, 16).forEach(i =>
      Todo.create({ title: "Todo number #{i}", owner: "${USER}", done: i % 2 == 0 }))`,
  ],
  roles: [
    {
      name: "user",
      privileges: [{ resource: "Todo", actions: { read: "d => d.owner == Query.token()!.sub" } }],
    },
  ],
  accessProviders: [
    {
      name: "Clerk",
      issuer: clerk.issuer,
      jwks_uri: `${clerk.issuer}/.well-known/jwks.json`,
      roles: ["user"],
    },
  ],
});
clerk.setTemplate("fauna", { claims: { aud: fauna.audience } });
const sessionId = clerk.signIn(USER);
process.send({
  fauna: fauna.url,
  tokens: `${clerk.url}/v1/sessions/${sessionId}/tokens/fauna`,
  secretKey: clerk.secretKey,
  user: { userId: USER, sessionId, orgId: null },
});
process.once("disconnect", () => process.exit());
