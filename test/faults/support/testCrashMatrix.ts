import { afterAll, beforeAll, expect, it } from "vitest";
import { STEPS } from "../../../lib/step.ts";
import type { Course, CrashTask, Selection } from "./crashMatrix.ts";
import { crashTasks, describeMode, describeTask, findTask, MODES } from "./crashMatrix.ts";
import { SCENARIOS } from "./crashScenarios.ts";
import { reportFamily } from "./report.ts";
import { type Farm, openFarm } from "./simFarm.ts";
import { Tally } from "./simReport.ts";

const LONG_ENOUGH = 180 * 60_000;
/** One case alone, with its whole trace: the name of it, as a failure gives it. */
const ONLY = process.env.CRASH;

/**
 * Declares the tests of the crash matrix: every step broken off in every way, in as many scenarios as are selected,
 * played by so many processes.
 */
export function testCrashMatrix({ processes, ...selection }: Selection & { processes: number }): void {
  let farm: Farm;
  beforeAll(async () => {
    farm = await openFarm(ONLY ? 1 : processes);
  });
  afterAll(() => farm.close());

  if (ONLY) {
    it(ONLY, async () => {
      const tally = new Tally();
      await farm.play([{ ...findTask(ONLY), verbose: true }], (task, answer) => {
        tally.add(describeTask(task), answer);
        if (answer.kind === "outcome" && tally.failures.length === 0) console.info(answer.outcome.trace.join("\n"));
      });
      expect(tally.failures).toEqual([]);
    });
    return;
  }

  it("breaks off every step in each way that was chosen", { timeout: LONG_ENOUGH }, async () => {
    const tally = new Tally();
    const courses = new Map<string, Course>();
    const scenarios = Object.keys(SCENARIOS).map((scenario): CrashTask => ({ kind: "crash", scenario }));
    await farm.play(scenarios, ({ scenario }, answer) => {
      tally.add(scenario, answer);
      if (answer.kind !== "outcome") return;
      const { reached = {}, steps } = answer.outcome;
      courses.set(scenario, { reached, steps });
    });
    const tasks = crashTasks(courses, selection);
    await farm.play(tasks, (task, answer) => tally.add(describeTask(task), answer));

    const points = new Set(tasks.flatMap(({ cut }) => (cut ? [`${cut.step}, ${describeMode(cut.what)}`] : [])));
    const wanted = STEPS.flatMap((step) => MODES.map((mode) => `${step}, ${describeMode(mode)}`));
    const missed = wanted.filter((point) => !points.has(point));
    const counts = { reached: wanted.length - missed.length, total: wanted.length };
    const facts = { steps: STEPS.length, scenarios: scenarios.length, furtherPoints: points.size - counts.reached };
    console.info(`crash matrix: ${JSON.stringify({ points: counts, ...facts, ...tally.totals })}`);
    await reportFamily({ family: "crash-matrix", ...tally.totals, points: counts, facts });
    expect(tally.failures.slice(0, 20), `${tally.failures.length} of ${tasks.length} cases failed`).toEqual([]);
    expect(missed, "points that were never reached").toEqual([]);
  });
}
