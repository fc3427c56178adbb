import { systemClock } from "../../../lib/clock.ts";
import { addToBoth } from "../../support/accounts.ts";
import type { SeededRandom } from "./killRandom.ts";
import { LEASE_MS, type Scene } from "./killScene.ts";
import type { Fleet, Slot } from "./killWorkers.ts";

/** How often each thing is done while so many requests are worked off. */
export interface Plan {
  requests: number;
  kills: number;
  suspensions: number;
  terminations: number;
  restarts: number;
  emulatorKills: number;
}

export interface Disturbances {
  /** For each event, how many kills followed it as the last thing that the process had said. */
  killedAfter: Record<string, number>;
  suspendedAfter: Record<string, number>;
  /** States of the connections that were ended. */
  terminated: Record<string, number>;
  /** Accounts whose providers were killed, alone or together. */
  emulatorsKilled: Record<string, number>;
}

/** Moments to strike at, so that every phase of a batch is hit; `any` is a random moment. */
const MOMENTS = [
  "any",
  "batch.claimed",
  "batch.uploaded",
  "batch.created",
  "batch.recovering",
  "batch.settling",
  "batch.adopted",
  "batch.status in_progress",
  "batch.status completed",
  "request.complete",
  "batch.file_collected",
  "batch.over",
] as const;
const MOMENT_LIMIT_MS = 1_200;
const COMPANIES = ["Acme", "Bolt", "Cask"];

/** Feeds requests to running workers and disturbs them as planned, in an order and at times that the seed decides. */
export async function disturb(scene: Scene, random: SeededRandom, plan: Plan): Promise<Disturbances> {
  const done: Disturbances = { killedAfter: {}, suspendedAfter: {}, terminated: {}, emulatorsKilled: {} };
  const waking: Promise<void>[] = [];
  const actions = shuffled(random, [
    ...bursts(random, plan.kills).map((size) => async () => {
      const first = await awaitMoment(scene, random);
      const others = shuffled(
        random,
        scene.fleet.slots.filter((slot) => slot !== first),
      );
      const victims = [first, ...others.slice(0, size - 1)];
      for (const event of await Promise.all(victims.map(scene.fleet.kill))) count(done.killedAfter, event);
    }),
    ...Array<() => Promise<void>>(plan.suspensions).fill(async () => {
      const slot = await awaitMoment(scene, random);
      if (slot.suspended) return;
      count(done.suspendedAfter, slot.lastEvent);
      waking.push(suspend(scene, slot, LEASE_MS + random.between(300, 2_000)));
    }),
    ...Array<() => Promise<void>>(plan.terminations).fill(() => terminate(scene, random, done)),
    ...Array<() => Promise<void>>(plan.restarts).fill(() => outage(scene, scene.database.restart)),
    ...Array<() => Promise<void>>(plan.emulatorKills).fill(() => killEmulators(scene, random, done)),
  ]);

  await scene.fleet.begun(scene.fleet.slots.length);
  let added = 0;
  for (const [index, action] of actions.entries()) {
    await scene.fleet.begun(2);
    // A little more than its share, now and then: there is always work, and some of it comes in rushes.
    const wanted = Math.ceil((plan.requests * (index + 1)) / actions.length);
    if (added < wanted && (index === 0 || random.next() < 0.8)) {
      const share = Math.min(plan.requests - added, wanted - added + random.between(0, 60));
      await addToBoth(scene.ctx, share, random.pick(COMPANIES));
      added += share;
    }
    await action();
  }
  if (added < plan.requests) await addToBoth(scene.ctx, plan.requests - added, "Acme");
  await Promise.all(waking);
  return done;
}

/** The process to strike: the one that has just said what was waited for, or any one. */
async function awaitMoment({ fleet }: Scene, random: SeededRandom): Promise<Slot> {
  const moment = random.pick(MOMENTS);
  if (moment === "any") {
    await systemClock.sleep(random.between(0, 1_000));
    return anyOf(fleet, random);
  }
  const said = await fleet.waitFor(moment, MOMENT_LIMIT_MS);
  await systemClock.sleep(random.between(0, 12));
  return said ?? anyOf(fleet, random);
}

/** Mostly one that has begun its work; a process can die while it starts, too. */
function anyOf(fleet: Fleet, random: SeededRandom): Slot {
  const begun = fleet.slots.filter((slot) => slot.started);
  return random.pick(begun.length > 0 && random.next() < 0.9 ? begun : fleet.slots);
}

async function suspend({ fleet }: Scene, slot: Slot, ms: number): Promise<void> {
  fleet.suspend(slot);
  await systemClock.sleep(ms);
  fleet.resume(slot);
}

async function terminate(scene: Scene, random: SeededRandom, done: Disturbances): Promise<void> {
  await systemClock.sleep(random.between(0, 300));
  await outage(scene, async () => {
    count(done.terminated, (await scene.database.terminateBackend(random)) ?? "(nobody connected)");
  });
}

/** One of them while the other lives, or both. */
async function killEmulators(scene: Scene, random: SeededRandom, done: Disturbances): Promise<void> {
  const [own, eu] = scene.emulators;
  const victims = random.pick([[own], [eu], [own, eu]]);
  count(done.emulatorsKilled, victims.map(({ account }) => account).join(" and "));
  await outage(scene, async () => {
    await Promise.all(victims.map((emulator) => emulator.kill()));
    await systemClock.sleep(random.between(0, 1_000));
    await Promise.all(victims.map((emulator) => emulator.revive()));
  });
}

async function outage({ fleet }: Scene, work: () => Promise<void>): Promise<void> {
  fleet.outageBegins();
  await work();
  fleet.outageEnds();
}

/** Kills in groups of one to three: workers die together, too. */
function bursts(random: SeededRandom, kills: number): number[] {
  const sizes: number[] = [];
  for (let left = kills; left > 0; left -= sizes.at(-1) ?? left) sizes.push(Math.min(left, random.between(1, 3)));
  return sizes;
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

function shuffled<T>(random: SeededRandom, items: T[]): T[] {
  return items
    .map((item) => ({ item, rank: random.next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
