import { fql } from "fauna";
import faunadb from "faunadb";
import { describe, expect, test } from "vitest";

import { type Clients, renderClients } from "../../support/clients";
import { v4Expression } from "../../support/drivers";
import { failure, unauthorized } from "../../support/fake-answers";
import { ada } from "../../support/fake-clerk";
import type { FakeAnswer, ReceivedRequest } from "../../support/fake-fauna";
import { modes } from "../../support/modes";

const { query: q } = faunadb;

const writers: readonly { driver: string; write(clients: Clients): Promise<unknown> }[] = [
  { driver: "v10", write: ({ v10 }) => v10.query(fql`Todo.create({})`) },
  { driver: "v4", write: ({ v4 }) => v4.query(v4Expression(q.Create(q.Collection("Todo"), {}))) },
];

const uncertain: readonly { what: string; fail(request: ReceivedRequest): FakeAnswer }[] = [
  { what: "a broken connection", fail: () => ({ drop: true }) },
  { what: "a time-out", fail: (request) => failure(request, 503, "time_out") },
  { what: "an internal error", fail: (request) => failure(request, 500, "internal_error") },
  { what: "a rate limit", fail: (request) => failure(request, 429, "limit_exceeded") },
];

describe.each(modes)("$mode", ({ wrap }) => {
  describe.each(writers)("$driver", ({ write }) => {
    test.each(uncertain)(
      "a write that may have been applied is sent once: $what",
      async ({ fail }) => {
        const { fauna, clients } = await renderClients(ada, { wrap });
        fauna.respond = fail;
        await expect(write(clients)).rejects.toBeInstanceOf(Error);
        expect(fauna.requests).toHaveLength(1);
      },
    );

    test("a write that certainly was not applied is sent again: a 401", async () => {
      const { fauna, clients } = await renderClients(ada, { wrap });
      fauna.respond = (request, index) => (index === 0 ? unauthorized(request) : undefined);
      await write(clients);
      expect(fauna.requests).toHaveLength(2);
    });
  });
});
