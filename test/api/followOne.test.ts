import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "../../lib/config.ts";
import { type Context, createContext } from "../../lib/context.ts";
import { openPool } from "../../lib/db/pool.ts";
import { followOne, versionOf } from "../../lib/live/followOne.ts";
import { openLog } from "../../lib/observability/log.ts";
import { refusal } from "../support/refusal.ts";
import { loneClock, type TestClock } from "../support/testClock.ts";

let clock: TestClock;
let stopping: AbortController;
let ctx: Context;
let state: Record<string, unknown>;
let reads: number;
let fault: Error | undefined;

beforeEach(() => {
  clock = loneClock();
  stopping = new AbortController();
  ctx = onDatabase();
  state = { batch: { id: "b1", done: 0 }, errors: [] };
  reads = 0;
  fault = undefined;
});
afterEach(() => stopping.abort());

/** The pool connects when it is asked something, and nothing asks it here. */
function onDatabase(): Context {
  const db = openPool("postgresql://127.0.0.1:1/none");
  const log = openLog({ level: "fatal", format: "json" });
  return createContext({ config: readConfig({}), db, log, clock, stopping: stopping.signal });
}

async function read(): Promise<Record<string, unknown>> {
  reads += 1;
  if (fault) throw fault;
  return structuredClone(state);
}

async function follow(name = "batch b1", options: { ctx?: Context; read?: typeof read } = {}) {
  const { type, content } = await followOne(options.ctx ?? ctx, name, options.read ?? read);
  const reader = content.getReader();
  return {
    type,
    next: async () => new TextDecoder().decode((await reader.read()).value),
    leave: () => reader.cancel(),
    isOver: async () => (await reader.read()).done,
  };
}

const event = (name: string, data: unknown) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** How often it was read while this long went by. */
async function readsIn(ms: number): Promise<number> {
  const before = reads;
  await clock.pass(ms);
  return reads - before;
}

describe("one thing that is followed", () => {
  it("is sent as it stands, with its version, then what changes and another version", async () => {
    const follower = await follow();
    expect(follower.type).toBe("text/event-stream; charset=utf-8");
    const first = versionOf(state);
    expect(await follower.next()).toBe(
      `retry: 2000\n\n${event("batch", state.batch)}${event("errors", [])}${event("version", first)}${event("source", { works: true })}`,
    );
    state.batch = { id: "b1", done: 4 };
    await clock.pass(2_000);
    expect(versionOf(state)).not.toBe(first);
    expect(await follower.next()).toBe(event("batch", state.batch) + event("version", versionOf(state)));
  });

  it("is read every two seconds, once for all who follow it", async () => {
    const followers = await Promise.all([follow(), follow(), follow()]);
    await Promise.all(followers.map((follower) => follower.next()));
    expect(await readsIn(2_000)).toBe(1);
    expect(await readsIn(6_000)).toBe(3);
    state.errors = ["one"];
    await clock.pass(2_000);
    const sent = await Promise.all(followers.map((follower) => follower.next()));
    expect(sent).toEqual(Array(3).fill(event("errors", ["one"]) + event("version", versionOf(state))));
  });

  it("is sent as it is then to who comes later", async () => {
    const early = await follow();
    await early.next();
    state.batch = { id: "b1", done: 9 };
    expect(await (await follow()).next()).toContain(event("batch", { id: "b1", done: 9 }));
    expect(await early.next()).toContain(event("version", versionOf(state)));
  });

  it("goes on while anybody follows, and is read no more once the last has left", async () => {
    const [one, other] = [await follow(), await follow()];
    await Promise.all([one.next(), other.next()]);
    await one.leave();
    expect(await readsIn(2_000)).toBe(1);
    await other.leave();
    await clock.pass(2_000);
    expect(await readsIn(60_000)).toBe(0);
    // Who comes again has a reader of their own, and what is so by then.
    state.batch = { id: "b1", done: 10 };
    const again = await follow("batch b1", { read: async () => ({ ...state, again: true }) });
    expect(await again.next()).toContain(
      event("batch", { id: "b1", done: 10 }) + event("errors", []) + event("again", true),
    );
  });

  it("is none of another name's, nor of another database's", async () => {
    const one = await follow("batch b1");
    const other = await follow("batch b2", { read: async () => ({ batch: { id: "b2" } }) });
    const elsewhere = await follow("batch b1", {
      ctx: onDatabase(),
      read: async () => ({ batch: { id: "elsewhere" } }),
    });
    expect(await one.next()).toContain(event("batch", state.batch));
    expect(await other.next()).toContain(event("batch", { id: "b2" }));
    expect(await elsewhere.next()).toContain(event("batch", { id: "elsewhere" }));
  });
});

describe("a fault", () => {
  it("that is there from the start is answered at once, and nothing is followed", async () => {
    fault = new Error("This batch does not exist.");
    await expect(follow()).rejects.toBe(fault);
    expect(await readsIn(60_000)).toBe(0);
    fault = undefined;
    expect(await (await follow()).next()).toContain(event("batch", state.batch));
  });

  it("that comes later is told to all who follow, and they stay until it is over", async () => {
    const followers = [await follow(), await follow()];
    const all = () => Promise.all(followers.map((follower) => follower.next()));
    await all();
    fault = new Error("no answer");
    await clock.pass(2_000);
    expect(await all()).toEqual(Array(2).fill(event("source", { works: false })));
    // Less often than while all is well.
    expect(await readsIn(4_999)).toBe(0);
    fault = undefined;
    state.batch = { id: "b1", done: 5 };
    await clock.pass(1);
    const recovered =
      event("batch", state.batch) + event("version", versionOf(state)) + event("source", { works: true });
    expect(await all()).toEqual([recovered, recovered]);
    expect(await readsIn(2_000)).toBe(1);
  });
});

describe("of what is followed, there is a limit", () => {
  const tooMany = refusal("too_many_calls", "Too many live connections are open. Try again in a minute.");

  it("of 200 things at once: one more waits until one of them is left", async () => {
    const followers = [];
    for (let n = 0; n < 200; n++) followers.push(await follow(`request ${n}`));
    const refused = await follow("request 200").catch((error: unknown) => error);
    expect(refused).toEqual(tooMany);
    expect(refused).toMatchObject({ status: 429, retryAfter: 60 });
    // What is read anyway can be followed by others too, and another database has places of its own.
    const second = await follow("request 7");
    expect(await second.next()).toContain(event("version", versionOf(state)));
    await follow("request 200", { ctx: onDatabase() });

    await second.leave();
    await followers[7]?.leave();
    await clock.pass(2_000);
    expect(await (await follow("request 200")).next()).toContain(event("version", versionOf(state)));
    await expect(follow("request 201")).rejects.toEqual(tooMany);
  });

  it("of 100 who follow the same: one more waits until one of them leaves", async () => {
    const followers = [];
    for (let n = 0; n < 100; n++) followers.push(await follow());
    await expect(follow()).rejects.toEqual(tooMany);
    await follow("batch b2");
    await followers[50]?.leave();
    expect(await (await follow()).next()).toContain(event("batch", state.batch));
  });
});

it("all who follow are let go when the server stops, and nothing is read any more", async () => {
  const followers = [await follow("batch b1"), await follow("batch b2")];
  await Promise.all(followers.map((follower) => follower.next()));
  stopping.abort();
  expect(await Promise.all(followers.map((follower) => follower.isOver()))).toEqual([true, true]);
  expect(await readsIn(60_000)).toBe(0);
});
