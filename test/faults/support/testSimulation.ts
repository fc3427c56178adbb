import { afterAll, beforeAll, expect, it } from "vitest";
import { reportFamily } from "./report.ts";
import { type Farm, openFarm, type Task } from "./simFarm.ts";
import { Tally } from "./simReport.ts";
import { SEEDS_THAT_FOUND } from "./simSeed.ts";

/** One seed alone, with its whole trace: `SEED=123 npm test -- test/faults/simulation`. */
const ONLY = process.env.SEED;
const LONG_ENOUGH = 180 * 60_000;

/**
 * Declares the tests of the simulation: so many seeds, those that have found a bug, and so many beyond the promise,
 * played by so many processes.
 */
export function testSimulation(counts: { seeds: number; beyond: number; processes: number }): void {
  const { seeds, beyond, processes } = counts;
  let farm: Farm;
  beforeAll(async () => {
    farm = await openFarm(ONLY ? 1 : processes);
  });
  afterAll(() => farm.close());

  if (ONLY) {
    it(`seed ${ONLY}`, async () => {
      const tally = new Tally();
      const task: Seed = { kind: "seed", seed: Number(ONLY), beyond: process.env.BEYOND === "1", verbose: true };
      await farm.play([task], (_, answer) => {
        tally.add(`seed ${ONLY}`, answer);
        if (answer.kind === "outcome" && tally.failures.length === 0) console.info(answer.outcome.trace.join("\n"));
      });
      expect(tally.failures).toEqual([]);
    });
    return;
  }

  it(`${seeds} seeds: nothing lost, nothing twice`, { timeout: LONG_ENOUGH }, async () => {
    const tally = new Tally();
    const found = SEEDS_THAT_FOUND.filter((seed) => seed > seeds);
    const tasks = [...firstSeeds(seeds), ...found.map(taskOf)];
    await farm.play(tasks, (task, answer) => tally.add(`SEED=${task.seed}`, answer));
    console.info(`simulation: ${JSON.stringify({ ...tally.totals, ...tally.facts })}`);
    await reportFamily({ family: "simulation", ...tally.totals, facts: tally.facts });
    expect(tally.failures.slice(0, 5), `${tally.failures.length} of ${tasks.length} seeds failed`).toEqual([]);
  });

  if (beyond === 0) return;
  /**
   * A provider that hides a batch for longer than the settle time breaks what the protocol rests on: what the hidden
   * batch answered is not seen, and its lines may be bought a second time. Nothing else may go wrong even then.
   */
  it("beyond the promise: hidden longer than the settle time, lines may be bought again, and no more", {
    timeout: LONG_ENOUGH,
  }, async () => {
    const tally = new Tally();
    await farm.play(
      firstSeeds(beyond).map((task) => ({ ...task, beyond: true })),
      (task, answer) => tally.add(`BEYOND=1 SEED=${task.seed}`, answer),
    );
    console.info(`beyond the promise: ${JSON.stringify(tally.totals)}`);
    const { requestsLost, resultsAppliedTwice } = tally.totals;
    expect({ requestsLost, resultsAppliedTwice }).toEqual({ requestsLost: 0, resultsAppliedTwice: 0 });
    expect(tally.failures.slice(0, 5)).toEqual([]);
  });
}

type Seed = Extract<Task, { kind: "seed" }>;

function firstSeeds(count: number): Seed[] {
  return Array.from({ length: count }, (_, index) => taskOf(index + 1));
}

function taskOf(seed: number): Seed {
  return { kind: "seed", seed };
}
