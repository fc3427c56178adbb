import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "../../lib/clock.ts";
import { readConfig } from "../../lib/config.ts";
import { createContext } from "../../lib/context.ts";
import { openPool } from "../../lib/db/pool.ts";
import { createFeed, type Feed } from "../../lib/live/feed.ts";
import { silentLog } from "./support.ts";

/** A clock that goes on when the test says so: what sleeps wakes after `tick`. */
function steppingClock() {
  const sleepers = new Set<() => void>();
  let time = 0;
  const clock: Clock = {
    now: () => new Date(time),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const wake = () => {
          sleepers.delete(wake);
          resolve();
        };
        sleepers.add(wake);
        signal?.addEventListener("abort", wake);
        if (signal?.aborted) wake();
        pauses.push(ms);
      }),
  };
  const pauses: number[] = [];
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const tick = async (ms: number) => {
    time += ms;
    for (const wake of [...sleepers]) wake();
    await settle();
  };
  return { clock, tick, settle, pauses, isResting: () => sleepers.size > 0 };
}

let steps: ReturnType<typeof steppingClock>;
let stopping: AbortController;
let state: Record<string, unknown>;
let reads: number;
let fails: boolean;
let feed: Feed;

beforeEach(() => {
  steps = steppingClock();
  stopping = new AbortController();
  state = { counts: { pending: 1 }, list: ["a"] };
  reads = 0;
  fails = false;
  // The pool connects when it is asked something, and nothing asks it here.
  const db = openPool("postgresql://127.0.0.1:1/none");
  const parts = { config: readConfig({}), db, log: silentLog(), clock: steps.clock, stopping: stopping.signal };
  const read = async () => {
    reads += 1;
    if (fails) throw new TypeError("no answer");
    return structuredClone(state);
  };
  feed = createFeed({ ctx: createContext(parts), read, everyMs: 1_000, maxViewers: 3 });
});

afterEach(() => stopping.abort());

const event = (name: string, data: unknown) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

function watch() {
  const reader = feed.watch()?.getReader();
  if (!reader) return expect.fail("No place for a viewer");
  return {
    next: async () => new TextDecoder().decode((await reader.read()).value),
    leave: () => reader.cancel(),
    isOver: async () => (await reader.read()).done,
  };
}

describe("a feed", () => {
  it("reads once for all who watch, and sends each part that has changed", async () => {
    const viewers = [watch(), watch(), watch()];
    const first = await Promise.all(viewers.map((viewer) => viewer.next()));
    expect(first[0]).toBe(
      `retry: 2000\n\n${event("counts", { pending: 1 })}${event("list", ["a"])}${event("source", { works: true })}`,
    );
    expect(new Set(first).size).toBe(1);
    // The second reading is for those who came while the first was under way.
    expect(reads).toBe(2);

    state.counts = { pending: 2 };
    await steps.tick(1_000);
    expect(await Promise.all(viewers.map((viewer) => viewer.next()))).toEqual(
      Array.from({ length: 3 }, () => event("counts", { pending: 2 })),
    );
    expect(reads).toBe(3);
  });

  it("says nothing when nothing changes, but for a beat from time to time", async () => {
    const viewer = watch();
    await viewer.next();
    for (let second = 1; second <= 9; second += 1) await steps.tick(1_000);
    expect(reads).toBe(10);
    await steps.tick(1_000);
    expect(await viewer.next()).toBe("event: beat\ndata: {}\n\n");
  });

  it("gives who comes later what is so then, at once, and the others nothing twice", async () => {
    const early = watch();
    await early.next();
    state.list = ["a", "b"];
    const late = watch();
    expect(await late.next()).toContain(event("list", ["a", "b"]));
    expect(await early.next()).toBe(event("list", ["a", "b"]));
  });

  it("does not read while nobody watches", async () => {
    const viewer = watch();
    await viewer.next();
    await viewer.leave();
    await steps.tick(1_000);
    expect(steps.isResting()).toBe(false);
    expect(reads).toBe(1);
    state.list = [];
    expect(await watch().next()).toContain(event("list", []));
  });

  it("has a limit of viewers", async () => {
    const viewers = [watch(), watch(), watch()];
    expect(feed.watch()).toBeUndefined();
    await viewers[1]?.leave();
    expect(await watch().next()).toContain(event("list", ["a"]));
  });

  it("says when its source does not answer, asks it less often, and says when it does again", async () => {
    const viewer = watch();
    await viewer.next();
    fails = true;
    await steps.tick(1_000);
    expect(await viewer.next()).toBe(event("source", { works: false }));
    expect(steps.pauses.at(-1)).toBe(5_000);
    fails = false;
    await steps.tick(5_000);
    expect(await viewer.next()).toBe(event("source", { works: true }));
    expect(steps.pauses.at(-1)).toBe(1_000);
  });

  it("lets a viewer go that does not read what it is sent", async () => {
    const slow = feed.watch();
    const quick = watch();
    for (let size = 1; size <= 4; size += 1) {
      state.list = ["x".repeat(400_000 + size)];
      await steps.tick(1_000);
      await quick.next();
    }
    // Its place is free: of three, one is taken.
    watch();
    watch();
    expect(feed.watch()).toBeUndefined();
    await slow?.cancel();
  });

  it("lets a viewer go after ten minutes, so that whoever connects again is asked again whether they may", async () => {
    const early = watch();
    await early.next();
    await steps.tick(5 * 60_000);
    expect(await early.next()).toBe("event: beat\ndata: {}\n\n");
    const late = watch();
    await late.next();
    await steps.tick(5 * 60_000);
    expect(await early.isOver()).toBe(true);
    expect(await late.next()).toBe("event: beat\ndata: {}\n\n");
  });

  it("ends every stream when the server stops, and takes no further viewer", async () => {
    const viewers = [watch(), watch()];
    await Promise.all(viewers.map((viewer) => viewer.next()));
    stopping.abort();
    expect(await Promise.all(viewers.map((viewer) => viewer.isOver()))).toEqual([true, true]);
    expect(feed.watch()).toBeUndefined();
  });
});
