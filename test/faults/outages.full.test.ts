import { afterAll, describe, expect, it } from "vitest";
import { DEFAULT_ACCOUNT } from "../../lib/accounts/account.ts";
import { systemClock } from "../../lib/clock.ts";
import type { Sql } from "../../lib/db/pool.ts";
import type { Step } from "../../lib/step.ts";
import { addToBoth, EU, startTwoAccounts } from "../support/accounts.ts";
import { BLAMELESS, countRequests, judge } from "./support/killJudge.ts";
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
/** A cut keeps a lease from being handed back: the next round waits until it has run out. */
const ENV = { BATCH_MAX_LINES: "60", BATCH_LEASE_DURATION: "3s" };
/** The outage itself: real processes live through it in real time. */
const OUTAGE_MS = LONG_RUN ? 8_000 : 2_000;
const MOMENTS = ["batch.uploaded", "batch.status completed"];

const done = { tests: 0, cases: 0, requests: 0, ofSecondAccount: 0 };

it("loses its connections in the middle of claiming, collecting and ending, and goes on", {
  timeout: 1_800_000,
  retry: 0,
}, async () => {
  // Some in between are taken: so many refused in a row would be a model at fault, which rests.
  const faults = ["line_missing:0.05", "failed_validation:0.3:code=invalid_url,param=url,line=2"];
  // Of the other no file is refused: a model of each that rests, one after the other, would only take longer.
  const eu = { faults: ["line_missing:0.05"], seed: 1 };
  const pipeline = await startTwoAccounts({ emulator: { faults, seed: 1 }, eu, env: ENV });
  try {
    const cuts = new Map<Step, number>();
    const ctx = { ...pipeline.ctx, steps: cuttingAt(pipeline.database.url, CUT, TIMES, cuts) };
    await addToBoth(ctx, LINES, "Acme");
    const brokenRounds = await workThroughOutages(ctx);
    await judgeBoth(pipeline.database.pool, [pipeline.emulator, pipeline.eu]);
    expect(cuts.get("collect.apply"), "cuts while collecting").toBeGreaterThanOrEqual(TIMES);
    done.cases += [...cuts.values()].reduce((sum, n) => sum + n, 0);
    done.tests++;
    console.info(`cut off ${JSON.stringify(Object.fromEntries(cuts))}, ${brokenRounds} rounds broken`);
  } finally {
    await pipeline.close();
  }
});

interface Outage {
  begin(scene: Scene): Promise<unknown>;
  end(scene: Scene): Promise<unknown>;
  /** The account that goes on with its work meanwhile. */
  goesOn?: string;
}

const outageOf = (dead: readonly string[]): Pick<Outage, "begin" | "end"> => {
  const those = ({ emulators }: Scene) => emulators.filter(({ account }) => dead.includes(account));
  return {
    begin: (scene) => Promise.all(those(scene).map((emulator) => emulator.kill())),
    end: (scene) => Promise.all(those(scene).map((emulator) => emulator.revive())),
  };
};

const OUTAGES: Record<string, Outage> = {
  "the database": { begin: ({ database }) => database.crash(), end: ({ database }) => database.revive() },
  "the provider of the one account": { ...outageOf([EU.id]), goesOn: DEFAULT_ACCOUNT },
  ...(LONG_RUN && {
    "the provider of the other account": { ...outageOf([DEFAULT_ACCOUNT]), goesOn: EU.id },
    "both providers": outageOf([DEFAULT_ACCOUNT, EU.id]),
  }),
};

describe("workers outlive what they depend on", { retry: 0 }, () => {
  it("log it and go on when it is back", { timeout: 1_800_000 }, async () => {
    const scene = await openScene();
    try {
      const { fleet } = scene;
      await fleet.begun(fleet.slots.length);
      const pids = fleet.slots.map((slot) => slot.command.child.pid);
      for (const [index, [name, { begin, end, goesOn }]] of Object.entries(OUTAGES).entries()) {
        for (const moment of LONG_RUN ? MOMENTS : MOMENTS.slice(index, index + 1)) {
          await addToBoth(scene.ctx, 100, name);
          await fleet.waitFor(moment, 5_000);
          await begin(scene);
          if (goesOn === undefined) await systemClock.sleep(OUTAGE_MS);
          else await seeItGoOn(scene, goesOn, name);
          await end(scene);
          await scene.idle();
          done.cases++;
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
      for (const { all, ledger } of await judgeBoth(scene.database.pool, scene.emulators)) {
        expect(ledger).toMatchObject({ linesExecuted: all, linesExecutedTwice: 0 });
      }
      done.tests++;
    } finally {
      await scene.close();
    }
  });
});

/** What the account that lives is sent meanwhile is worked off, all of it, while the other's waits. */
async function seeItGoOn({ ctx, idle }: Scene, living: string, company: string): Promise<void> {
  await addToBoth(ctx, 100, company);
  await idle(living);
  for (const [account, { open }] of await countRequests(ctx.db)) {
    if (account === living) expect(open, "of the account that lives").toBe(0);
    else expect(open, "of the account that is out").toBeGreaterThanOrEqual(50);
  }
}

/** What the two accounts came to, the one of the variables first. */
async function judgeBoth(db: Sql, emulators: readonly { url: string }[]) {
  const { ledgers, ...judgement } = await judge(db, ...emulators.map(({ url }) => url));
  expect(judgement).toEqual(BLAMELESS);
  const requests = await countRequests(db);
  return ledgers.map((ledger, at) => {
    const { all = 0, complete = 0 } = requests.get(at === 0 ? DEFAULT_ACCOUNT : EU.id) ?? {};
    expect(all, "requests of each account").toBeGreaterThan(0);
    expect(ledger.differentLines, "all that was answered ran there").toBeGreaterThanOrEqual(complete);
    expect(ledger.differentLines, "nothing else ran there").toBeLessThanOrEqual(all);
    done.requests += all;
    if (at > 0) done.ofSecondAccount += all;
    return { all, ledger };
  });
}

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
    facts: { requestsOfSecondAccount: done.ofSecondAccount },
  });
});
