import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addKey } from "../support/people.ts";
import { insertBatch, insertSessions } from "../web/support.ts";
import { namesUntil, watchEvents } from "./events.ts";
import { call, startTestConsole, type TestConsole } from "./support.ts";

const EVENTS = "/api/admin/pipeline/events";
let console_: TestConsole;
beforeAll(async () => {
  console_ = await startTestConsole();
});
afterAll(() => console_.close());

const watch = (headers: Record<string, string>) => watchEvents(console_, EVENTS, headers);

describe("watching the pipeline", () => {
  it("needs credentials", async () => {
    expect((await call(console_, EVENTS)).status).toBe(401);
    const { headers } = await addKey(console_.ctx, "SUPPORT", { scopes: ["audit.read"] });
    expect((await call(console_, EVENTS, { headers })).status).toBe(403);
  });

  it("sends every part, then each again when it changes, to all who watch", async () => {
    const { headers } = await addKey(console_.ctx, "SUPPORT");
    const viewers = [watch(headers), watch(headers)];
    const stops = ["providerStop", "providerStops", "modelStops", "spendingStop", "waiting"];
    const parts = ["requests", "batches", "series", "current", "spend", "schedulers", ...stops, "imports", "source"];
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
    const { status, body } = await call(console_, "/api/admin/pipeline", { headers });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ok: true,
      requests: { counts: { pending_batching: 5 } },
      batches: { live: [{ id: "b1" }] },
    });
  });
});
