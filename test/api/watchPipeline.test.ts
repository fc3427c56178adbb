import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addKey } from "../support/people.ts";
import { insertBatch, insertSessions } from "../web/support.ts";
import { call, startTestConsole, type TestConsole } from "./support.ts";

const EVENTS = "/api/admin/legacy/pipeline/events";
let console_: TestConsole;
beforeAll(async () => {
  console_ = await startTestConsole();
});
afterAll(() => console_.close());

/** The events of a viewer, one after another, each with its name and what it says. */
async function* watch(headers: Record<string, string>): AsyncGenerator<{ name: string; part: Part }> {
  const [response]: IncomingMessage[] = await once(
    get(console_.server.url + EVENTS, { headers, agent: false }),
    "response",
  );
  expect(response?.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
  let unread = "";
  for await (const chunk of response ?? []) {
    const events = `${unread}${chunk}`.split("\n\n");
    unread = events.pop() ?? "";
    for (const event of events) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
      if (name && data) yield { name, part: JSON.parse(data) };
    }
  }
}

/** The names of the events up to the first of this name that is so. */
async function namesUntil(events: ReturnType<typeof watch>, name: string, isSo: (part: Part) => boolean) {
  const names: string[] = [];
  for (let next = await events.next(); !next.done; next = await events.next()) {
    names.push(next.value.name);
    if (next.value.name === name && isSo(next.value.part)) return names;
  }
  return expect.fail(`The stream ended without ${name}`);
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into parts whose shape they assert themselves
type Part = any;

describe("watching the pipeline", () => {
  it("needs credentials", async () => {
    expect((await call(console_, EVENTS)).status).toBe(401);
    const { headers } = await addKey(console_.ctx, "SUPPORT", { scopes: ["audit.read"] });
    expect((await call(console_, EVENTS, { headers })).status).toBe(403);
  });

  it("sends every part, then each again when it changes, to all who watch", async () => {
    const { headers } = await addKey(console_.ctx, "SUPPORT");
    const viewers = [watch(headers), watch(headers)];
    const stops = ["providerStop", "modelStops", "spendingStop"];
    const parts = ["requests", "batches", "series", "current", "spend", "schedulers", ...stops, "source"];
    for (const viewer of viewers) {
      expect(await namesUntil(viewer, "source", ({ works }) => works)).toEqual(parts);
    }
    await insertSessions(console_, 5);
    for (const viewer of viewers) {
      await namesUntil(viewer, "requests", ({ counts }) => counts.pending_batching === 5);
    }
    await insertBatch(console_, "b1", "IN_PROGRESS", 5);
    for (const viewer of viewers) {
      const names = await namesUntil(viewer, "batches", ({ live }) => live.length === 1);
      expect(names).not.toContain("providerStop");
      await viewer.return(undefined);
    }
  });

  it("shows the same as one call for it", async () => {
    const { headers } = await addKey(console_.ctx, "ADMIN");
    const { status, body } = await call(console_, "/api/admin/legacy/pipeline", { headers });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ok: true,
      requests: { counts: { pending_batching: 5 } },
      batches: { live: [{ id: "b1" }] },
    });
  });
});
