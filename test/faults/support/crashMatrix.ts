import { STEPS, type Step } from "../../../lib/step.ts";
import type { Task } from "./simFarm.ts";
import type { Interruption } from "./simScheduler.ts";

/** How a scenario goes without a further interruption: how often it reaches each step, and how many it takes in all. */
export interface Course {
  reached: Partial<Record<Step, number>>;
  steps: number;
}

export type CrashTask = Extract<Task, { kind: "crash" }>;

/** What is done at every step. */
export const MODES: readonly Interruption[] = [
  { kind: "crash", when: "before" },
  { kind: "crash", when: "after" },
  { kind: "reply_lost" },
];

/**
 * Beyond these, a process that stands still at a step while another one takes over, and then wakes: when the batch has
 * just been sent anew (after lease and settle time), and when all is over.
 */
const PAUSES: readonly Interruption[] = [
  { kind: "freeze", when: "before", ms: 2 * 60_000 },
  { kind: "freeze", when: "after", ms: 2 * 60_000 },
  { kind: "freeze", when: "before", ms: 5 * 60_000 },
];

/** Steps with a transaction of several statements are broken off before its COMMIT too. */
const WITHIN: Interruption = { kind: "crash", when: "within" };
const TRANSACTIONS: ReadonlySet<Step> = new Set([
  "claim",
  "recover.rewrite",
  "collect.apply",
  "collect.release",
  "failed.lines",
  "end",
  "adopt.take",
  "adopt.finish",
  "detach.finish",
]);

/** Which of all cases are played. */
export interface Selection {
  /** The first times that a step comes by in a scenario. */
  occurrences: number;
  /** Scenarios for each step and mode, spread over those that reach it; and for each pause. */
  scenarios: number;
  pausedScenarios: number;
  /** Whether only the shorter half of the scenarios that reach a step is chosen from. */
  shorter: boolean;
}

/** The cases: scenarios broken off at each of their steps, at each of the first times that it comes by. */
export function crashTasks(courses: ReadonlyMap<string, Course>, selection: Selection): CrashTask[] {
  const stepsOf = (scenario: string) => courses.get(scenario)?.steps ?? 0;
  return STEPS.flatMap((step, position) => {
    const reaching = [...courses.keys()].filter((scenario) => courses.get(scenario)?.reached[step]);
    if (selection.shorter) {
      reaching.sort((a, b) => stepsOf(a) - stepsOf(b));
      reaching.splice(Math.ceil(reaching.length / 2));
    }
    const modes = [...MODES, ...PAUSES, ...(TRANSACTIONS.has(step) ? [WITHIN] : [])];
    return modes.flatMap((what, mode) =>
      spread(
        reaching,
        what.kind === "freeze" ? selection.pausedScenarios : selection.scenarios,
        position + mode,
      ).flatMap((scenario) => {
        const times = Math.min(courses.get(scenario)?.reached[step] ?? 0, selection.occurrences);
        return Array.from({ length: times }, (_, index): CrashTask => {
          return { kind: "crash", scenario, cut: { step, occurrence: index + 1, what } };
        });
      }),
    );
  });
}

/** So many of the items, evenly spread, another choice for each offset. */
function spread<T>(items: readonly T[], count: number, offset: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, index) => Math.floor((index * items.length) / count) + offset)
    .map((index) => items[index % items.length])
    .filter((item) => item !== undefined);
}

/** Names a case so that it can be played alone: `CRASH="<this>" vitest run test/faults/crashMatrix.test.ts`. */
export function describeTask({ scenario, cut }: CrashTask): string {
  return cut ? `${scenario} / ${cut.step} ${cut.occurrence} / ${describeMode(cut.what)}` : scenario;
}

/** Finds the case of a name. */
export function findTask(name: string): CrashTask {
  const [scenario = "", point = "", mode = ""] = name.split(" / ");
  const [step, occurrence] = point.split(" ");
  const what = [...MODES, ...PAUSES, WITHIN].find((one) => describeMode(one) === mode);
  const known = STEPS.find((one) => one === step);
  if (!known || !what) return { kind: "crash", scenario };
  return { kind: "crash", scenario, cut: { step: known, occurrence: Number(occurrence), what } };
}

export function describeMode(what: Interruption): string {
  const length = "ms" in what ? ` for ${what.ms / 60_000}m` : "";
  return "when" in what ? `${what.kind} ${what.when}${length}` : what.kind;
}
