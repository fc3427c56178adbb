import { afterEach, describe, expect, it } from "vitest";
import { type Disturbances, disturb, type Plan } from "./support/killDriver.ts";
import { BLAMELESS, countRequests, judge } from "./support/killJudge.ts";
import { seededRandom } from "./support/killRandom.ts";
import { openScene, type Scene } from "./support/killScene.ts";
import { type FamilyName, LONG_RUN, reportFamily } from "./support/report.ts";

/** Processes are killed, suspended beyond their lease and cut off from the database while requests are worked off. */
const PLANS: readonly [FamilyName, Plan][] = LONG_RUN
  ? [
      ["kill-9", { requests: 12_000, kills: 300, suspensions: 25, terminations: 25, restarts: 6, emulatorKills: 0 }],
      [
        "kill-9-with-provider",
        { requests: 1_000, kills: 30, suspensions: 2, terminations: 2, restarts: 1, emulatorKills: 15 },
      ],
    ]
  : [["kill-9", { requests: 600, kills: 14, suspensions: 2, terminations: 3, restarts: 1, emulatorKills: 1 }]];
const HOUR_MS = 3_600_000;

let scene: Scene;
afterEach(async () => scene.close());

describe("four workers with two accounts that are killed again and again", { retry: 0 }, () => {
  for (const [family, plan] of PLANS) {
    it(
      `${family}: lose nothing and buy nothing twice`,
      async () => {
        const random = seededRandom();
        console.info(`${family}: seed ${random.seed} (FAULTS_SEED brings it back)`);
        scene = await openScene();
        const done = await disturb(scene, random, plan);
        await scene.idle();
        expect(scene.fleet.deaths, "processes that ended by themselves").toEqual([]);
        expect(await scene.fleet.stop(), "exit codes of the workers").toEqual([0, 0, 0, 0]);
        const { ledgers, ...judgement } = await judge(scene.database.pool, ...scene.emulators.map(({ url }) => url));
        console.info(
          `${family}: ${JSON.stringify({ ...done, ledgers: ledgers.map((one) => ({ ...one, calls: undefined })) })}`,
        );
        const requests = await countRequests(scene.database.pool);
        const [own = 0, ofSecond = 0] = scene.emulators.map(({ account }) => requests.get(account)?.complete);
        await report(family, plan, { ...done, ofSecond }, random.seed, judgement);
        expect(judgement, `seed ${random.seed}`).toEqual(BLAMELESS);
        expect(own + ofSecond, "complete").toBe(plan.requests);
        expect(ofSecond, "of the second account").toBeGreaterThan(0);
        expect(ledgers, `seed ${random.seed}`).toMatchObject(
          [own, ofSecond].map((lines) => ({ differentLines: lines, linesExecutedTwice: 0, batches: { live: 0 } })),
        );
      },
      LONG_RUN ? HOUR_MS : 900_000,
    );
  }
});

async function report(
  family: FamilyName,
  plan: Plan,
  done: Disturbances & { ofSecond: number },
  seed: number,
  judgement: Omit<Awaited<ReturnType<typeof judge>>, "ledgers">,
): Promise<void> {
  const { violations: _, ...counts } = judgement;
  const { requests, ...disturbances } = plan;
  await reportFamily({
    family,
    cases: Object.values(disturbances).reduce((sum, n) => sum + n, 0),
    requests,
    ...counts,
    facts: {
      seed,
      requestsOfSecondAccount: done.ofSecond,
      ...disturbances,
      emulatorsKilled: JSON.stringify(done.emulatorsKilled),
      killedAfter: JSON.stringify(done.killedAfter),
    },
  });
}
