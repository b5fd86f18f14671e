import fc from "fast-check";
import type { Step } from "../model/replay";
import { app } from "./app";
import { CLAIMS, operations } from "./operations";

const admin = (q: string, more: Partial<Step> = {}): Step => ({ as: "admin", q, ...more });

const SECRETS = ["root", "key", "builtin", "token", "login"];

/** An app, its users, and what they ask. */
export const sequence: fc.Arbitrary<Step[]> = fc.tuple(app, operations).map(([made, asked]) => {
  const [schema = [], functions = [], documents = [], rights = [], secrets = []] = made;
  return [
    ...[schema, functions].map((texts) => admin(`${texts.join("\n")}\nnull`)),
    admin(`${documents.join("\n")}\nnull`),
    admin("TransactionTime()", { capture: { t0: "data.@time" } }),
    admin(`Note("1")!.update({ n: 3 }).n`),
    admin("TransactionTime()", { capture: { t1: "data.@time" } }),
    admin(`${rights.join("\n")}\nnull`),
    admin(`{ ${secrets.map((text, i) => `${SECRETS[i]}: ${text}.secret`).join(", ")} }`, {
      capture: Object.fromEntries(SECRETS.map((name) => [name, `data.${name}`])),
    }),
    ...Object.entries(CLAIMS).map(([name, jwt]): Step => ({ mint: name, as: { jwt } })),
    ...asked,
  ];
});
