import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFeed, type Feed } from "../../app/_live/feed.ts";
import type { Clock } from "../../lib/clock.ts";
import { readConfig } from "../../lib/config.ts";
import { createContext } from "../../lib/context.ts";
import { openPool } from "../../lib/db/pool.ts";
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
  it("reads once for all who watch, and sends what has changed", async () => {
    const viewers = [watch(), watch(), watch()];
    const all = await Promise.all(viewers.map((viewer) => viewer.next()));
    expect(reads).toBe(2);
    expect(new Set(all).size).toBe(1);
    expect(all[0]).toBe(
      'retry: 2000\n\nevent: source\ndata: {"works":true}\n\nevent: counts\ndata: {"pending":1}\n\nevent: list\ndata: ["a"]\n\n',
    );
  });
});
