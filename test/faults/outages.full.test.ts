import { afterAll, describe, expect, it } from "vitest";
import { systemClock } from "../../lib/clock.ts";
import type { Step } from "../../lib/step.ts";
import { addSessions, startPipeline } from "../support/pipeline.ts";
import { BLAMELESS, judge } from "./support/killJudge.ts";
import { openScene, type Scene } from "./support/killScene.ts";
import { cuttingAt, workThroughOutages } from "./support/outagePipeline.ts";
import { LONG_RUN, reportFamily } from "./support/report.ts";

/** The steps that are a transaction or a statement of their own: each is cut off while it runs. */
const CUT: Step[] = [
  "claim",
  "collect.apply",
  "collect.release",
  "end",
  "failed.lines",
  "submit.record_batch",
  "poll.record",
];
const TIMES = LONG_RUN ? 20 : 3;
const LINES = 300;
/** The outage itself: real processes live through it in real time. */
const OUTAGE_MS = LONG_RUN ? 8_000 : 2_000;
const MOMENTS = ["batch.uploaded", "batch.status completed"];

const done = { tests: 0, cases: 0, requests: 0 };

it("loses its connections in the middle of claiming, collecting and ending, and goes on", {
  timeout: 600_000,
}, async () => {
  const faults = ["line_missing:0.05", `failed_validation:${TIMES + 2}x:code=invalid_url,param=url,line=2`];
  const pipeline = await startPipeline({ emulator: { faults, seed: 1 }, env: { BATCH_MAX_LINES: "60" } });
  try {
    const cuts = new Map<Step, number>();
    const ctx = { ...pipeline.ctx, steps: cuttingAt(pipeline.database.url, CUT, TIMES, cuts) };
    await addSessions(ctx, LINES);
    const brokenRounds = await workThroughOutages(ctx);
    const { ledgers: _, ...judgement } = await judge(pipeline.database.pool, pipeline.emulator.url);
    expect(judgement).toEqual(BLAMELESS);
    expect(cuts.get("collect.apply"), "cuts while collecting").toBeGreaterThanOrEqual(TIMES);
    done.cases += [...cuts.values()].reduce((sum, n) => sum + n, 0);
    done.requests += LINES;
    done.tests++;
    console.info(`cut off ${JSON.stringify(Object.fromEntries(cuts))}, ${brokenRounds} rounds broken`);
  } finally {
    await pipeline.close();
  }
});

describe("workers outlive what they depend on", () => {
  const outages: Record<string, { begin: (scene: Scene) => Promise<void>; end: (scene: Scene) => Promise<void> }> = {
    "the database": { begin: ({ database }) => database.crash(), end: ({ database }) => database.revive() },
    "the provider": { begin: ({ emulator }) => emulator.kill(), end: ({ emulator }) => emulator.revive() },
  };
  it("log it and go on when it is back", { timeout: 240_000 }, async () => {
    const scene = await openScene();
    try {
      const { fleet } = scene;
      await fleet.begun(fleet.slots.length);
      let requests = 0;
      const pids = fleet.slots.map((slot) => slot.command.child.pid);
      for (const [index, [name, { begin, end }]] of Object.entries(outages).entries()) {
        for (const moment of LONG_RUN ? MOMENTS : MOMENTS.slice(index, index + 1)) {
          await addSessions(scene.ctx, 100, { company: name });
          await fleet.waitFor(moment, 5_000);
          await begin(scene);
          await systemClock.sleep(OUTAGE_MS);
          await end(scene);
          await scene.idle();
          done.cases++;
          requests += 100;
        }
      }
      expect(fleet.deaths, "processes that ended by themselves").toEqual([]);
      expect(
        fleet.slots.map((slot) => slot.command.child.pid),
        "the same processes to the end",
      ).toEqual(pids);
      const said = fleet.slots.map((slot) => slot.command.stderr()).join("");
      expect(said, "the outages stand in the log").toMatch(
        /"event":"(scheduler|batch|database)\.[a-z_]*(failed|lost|error)"/,
      );
      expect(await fleet.stop()).toEqual(fleet.slots.map(() => 0));
      const { ledgers, ...judgement } = await judge(scene.database.pool, scene.emulator.url);
      expect(judgement).toEqual(BLAMELESS);
      done.requests += requests;
      expect(ledgers).toMatchObject([{ linesExecuted: requests, linesExecutedTwice: 0 }]);
      done.tests++;
    } finally {
      await scene.close();
    }
  });
});

afterAll(async () => {
  // Both tests have compared the four counts with 0; where one failed, there is nothing to report.
  if (done.tests < 2) return;
  await reportFamily({
    family: "outages",
    cases: done.cases,
    requests: done.requests,
    requestsLost: 0,
    resultsAppliedTwice: 0,
    linesBoughtTwice: 0,
    liveDuplicates: 0,
  });
});
