import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { watchPipeline } from "../../lib/admin/overview/watchPipeline.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import type { Clock } from "../../lib/clock.ts";
import { actingAs } from "../support/acting.ts";
import { callerOf } from "../support/caller.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refusal } from "../support/refusal.ts";
import { silentLog } from "../web/support.ts";

const NOW = new Date("2026-11-24T15:00:00Z");
const STOPS = ["providerStop", "providerStops", "modelStops", "spendingStop", "waiting"];
const PARTS = ["requests", "batches", "series", "current", "spend", "schedulers", ...STOPS, "imports", "source"];

/** A clock that stands still, and whose pauses last until a test ends the next one, begun or not. */
function steppingClock(): { clock: Clock; tick(): void } {
  let end: (() => void) | undefined;
  let ticks = 0;
  const sleep = (_: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (signal?.aborted || ticks > 0) {
        ticks = signal?.aborted ? ticks : ticks - 1;
        return resolve();
      }
      end = () => {
        end = undefined;
        resolve();
      };
      signal?.addEventListener("abort", () => end?.(), { once: true });
    });
  const tick = () => {
    if (end) end();
    else ticks++;
  };
  return { clock: { now: () => NOW, sleep }, tick };
}

let database: TestDatabase;
let caller: CallContext;
const steps = steppingClock();
const stopping = new AbortController();
const leaving: (() => Promise<void>)[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  await database.rows.company({ id: "acme" });
  const ctx = consoleContext(database.pool, silentLog());
  caller = callerOf({ ...ctx, clock: steps.clock, stopping: stopping.signal }, "SUPPORT");
});
afterEach(async () => {
  for (const leave of leaving.splice(0)) await leave();
});
afterAll(async () => {
  stopping.abort();
  await database.drop();
});

/** Somebody who watches; `next` is what they are sent next, by the names of its parts. */
async function watch() {
  const { type, content } = await callOperation(caller, watchPipeline, {});
  expect(type).toBe("text/event-stream; charset=utf-8");
  const reader = content.getReader();
  const leave = () => reader.cancel();
  leaving.push(leave);
  const next = async () => {
    const events = new TextDecoder().decode((await reader.read()).value).matchAll(/^event: (\w+)\ndata: (.*)$/gm);
    return new Map([...events].map(([, name, data = ""]) => [name, JSON.parse(data)]));
  };
  return { next, leave };
}

describe("the pipeline's events", () => {
  it("are every part at first, then those alone that have changed, for all who watch at once", async () => {
    const viewers = [await watch(), await watch()];
    for (const viewer of viewers) {
      const first = await viewer.next();
      expect([...first.keys()]).toEqual(PARTS);
      expect(first.get("requests")).toMatchObject({ counts: { pending_batching: 0 } });
      expect(first.get("imports")).toEqual({ movedAt: null });
      expect(first.get("source")).toEqual({ works: true });
    }
    await database.rows.requests(3, () => ({ processingStatus: "PENDING_BATCHING" }));
    steps.tick();
    for (const viewer of viewers) {
      const changed = await viewer.next();
      expect(changed.get("requests")).toMatchObject({ counts: { pending_batching: 3 } });
      expect(changed.get("waiting")).toMatchObject([{ kind: "next_round", count: 3 }]);
      for (const name of ["batches", "spend", "schedulers", "imports", "source"]) expect(changed.has(name)).toBe(false);
    }
  });

  it("tell that an import has moved on, and no more of it", async () => {
    const viewer = await watch();
    await viewer.next();
    const at = (minute: number) => new Date(NOW.getTime() + minute * 60_000);
    await database.rows.importRuns([{ startedAt: at(0), progressAt: at(2) }, { startedAt: at(1) }]);
    steps.tick();
    expect([...(await viewer.next())]).toEqual([["imports", { movedAt: at(2).toISOString() }]]);
    await database.rows.importRun({ startedAt: at(1), finishedAt: at(3) });
    steps.tick();
    expect([...(await viewer.next())]).toEqual([["imports", { movedAt: at(3).toISOString() }]]);
  });

  it("are for so many at once, and for another one once one has left", async () => {
    const viewers = await Promise.all(Array.from({ length: 200 }, watch));
    await expect(watch()).rejects.toEqual(refusal("too_many_calls", "Too many live connections are open."));
    await expect(watch()).rejects.toMatchObject({ retryAfter: 60 });
    await viewers[17]?.leave();
    expect([...(await (await watch()).next()).keys()]).toEqual(PARTS);
  });

  it("are not for a key that may not see the pipeline", async () => {
    const auditor = actingAs(database.pool, "SUPPORT", { scopes: ["audit.read"] });
    await expect(callOperation(auditor, watchPipeline, {})).rejects.toEqual(refusal("forbidden", "pipeline.read"));
  });
});
