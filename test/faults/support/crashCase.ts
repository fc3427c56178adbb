import type { Step } from "../../../lib/step.ts";
import { type Cut, SCENARIOS } from "./crashScenarios.ts";
import { type Outcome, type Plan, playCase, type Scene } from "./simCase.ts";
import type { World } from "./simWorld.ts";

const TIMES = { validating: 5_000, inProgress: 20_000, finalizing: 2_000, cancelling: 2_000 };
const STEP_TAKES_MS = 5;
const RESTARTED_AFTER_MS = 1_000;

export interface CrashOutcome extends Outcome {
  /** How often each step was reached. */
  reached: Partial<Record<Step, number>>;
}

/** Plays a scenario with one more interruption, or, without one, as it is. The same case always goes the same way. */
export async function playCrashCase(
  world: World,
  name: string,
  cut: Cut | undefined,
  options: { trace?: string[]; verbose?: boolean } = {},
): Promise<CrashOutcome> {
  const scenario = SCENARIOS[name];
  if (!scenario) throw new Error(`There is no scenario "${name}".`);
  const reached: CrashOutcome["reached"] = {};
  const cuts = [...(scenario.script ?? []), ...(cut ? [cut] : [])];
  const { cancelledAfter, faults = [], times, script: _script, ...rest } = scenario;
  const plan: Plan = {
    ...rest,
    seed: 1,
    workers: 1,
    faults,
    times: { ...TIMES, ...times },
    restartAfter: () => RESTARTED_AFTER_MS,
    joinedWhenCut: true,
    verbose: options.verbose ?? false,
    director: {
      pick: () => 0,
      latency: () => STEP_TAKES_MS,
      decide: (_actor, step) => {
        const occurrence = (reached[step] ?? 0) + 1;
        reached[step] = occurrence;
        return cuts.find((one) => one.step === step && one.occurrence === occurrence)?.what;
      },
    },
    ...(cancelledAfter === undefined ? {} : { outside: (scene: Scene) => cancelFirst(scene, cancelledAfter) }),
  };
  return { ...(await playCase(world, plan, options.trace)), reached };
}

async function cancelFirst({ world, calls }: Scene, afterMs: number): Promise<void> {
  const time = world.time();
  await time.sleepUntil(time.now() + afterMs);
  const batch = world.emulator.store.batches()[0];
  if (!batch) return;
  const headers = { authorization: "Bearer nobody's" };
  await calls[0](`http://localhost/v1/batches/${batch.id}/cancel`, { method: "POST", headers });
}
