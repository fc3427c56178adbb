import type { EmulatorOptions } from "../../../emulator/options.ts";
import type { Step } from "../../../lib/step.ts";
import type { FaultText, Scene } from "./simCase.ts";
import { copyBeside, setBack } from "./simCopies.ts";
import type { Allowance } from "./simJudge.ts";
import { giveUpNewest, resumeSpending, stopSpending } from "./simOperator.ts";
import type { Interruption } from "./simScheduler.ts";

/** One interruption: at the n-th time (from 1) that this step is reached, whoever reaches it. */
export interface Cut {
  step: Step;
  occurrence: number;
  what: Interruption;
}

/** A way that a batch can go. Together they reach every step there is. */
export interface Scenario {
  requests: number;
  companies?: number;
  /** A second account, of Azure's shape, to which half of the requests go. */
  there?: { faults: FaultText[] };
  faults?: FaultText[];
  env?: Record<string, string>;
  times?: NonNullable<EmulatorOptions["times"]>;
  /** Interruptions that belong to the scenario itself; a case has one more. */
  script?: Cut[];
  /** A person cancels the first provider batch so many ms of virtual time after the start. */
  cancelledAfter?: number;
  /** What a person does meanwhile. */
  outside?: (scene: Scene) => Promise<void>;
  duplicates?: boolean;
  allowed?: Allowance;
}

/** Where a batch takes long: rounds that find nothing to do are most of what a case costs. */
const RARE_ROUNDS = { BATCH_POLLING_INTERVAL: "60s", BATCH_CREATION_INTERVAL: "60s" };
/** Lines that run only long after a duplicate is found, so that nothing of it is paid for: the first after half of `inProgress`. */
const TWICE: Omit<Scenario, "requests"> = {
  duplicates: true,
  allowed: { duplicatesRun: true },
  times: { inProgress: "15m" },
  env: { ...RARE_ROUNDS, REAPER_INTERVAL: "60s" },
};

const RESTORED = { restoredAfterMs: 40_000, decidedAfterMs: 0, place: "same", workers: "crash" } as const;
const BESIDE = {
  dumpedAfterMs: 25_000,
  restoredAfterMs: 10_000,
  decidedAfterMs: 30_000,
  place: "other",
  workers: 1,
  others: "stop",
} as const;

export const SCENARIOS: Record<string, Scenario> = {
  "all goes well": { requests: 5 },
  "all spending is stopped while the provider takes no files": {
    requests: 5,
    faults: ["http_error:2x:status=503,method=POST,path=/v1/files"],
    outside: async (scene) => {
      const stopped = await stopSpending(scene, { afterMs: 21_000 });
      await resumeSpending(scene, stopped, { afterMs: 60_000 });
    },
  },
  "given up half done": {
    requests: 6,
    faults: ["stuck_in_progress:once:share=0.5"],
    outside: (scene) => giveUpNewest(scene, { afterMs: 60_000, now: false, whenSent: true }),
  },
  "given up at once, for it cannot be cancelled": {
    requests: 5,
    faults: ["stuck_in:once:ms=20m", "cancel_refused:2x"],
    outside: (scene) => giveUpNewest(scene, { afterMs: 70_000, now: true }),
  },
  "given up while it is not known whether it was created": {
    requests: 5,
    faults: ["lost_reply_create:once"],
    outside: (scene) => giveUpNewest(scene, { afterMs: 20_000, now: false }),
  },
  "set back to before anything was sent, and adopted": {
    requests: 6,
    env: { BATCH_MAX_LINES: "3" },
    // One batch is there, of the other only the file.
    script: [{ step: "submit.create", occurrence: 2, what: { kind: "refused" } }],
    times: { inProgress: "5m" },
    outside: (scene) => setBack(scene, { ...RESTORED, dumpedAfterMs: 0, restoredAfterMs: 15_000, decision: "adopt" }),
  },
  "set back to before it was sent again, and adopted": {
    requests: 5,
    faults: ["http_error:once:status=503,method=POST,path=/v1/files"],
    times: { inProgress: "5m" },
    outside: (scene) =>
      setBack(scene, { ...RESTORED, dumpedAfterMs: 20_000, restoredAfterMs: 90_000, decision: "adopt" }),
  },
  "set back while something is in flight, and detached": {
    requests: 5,
    times: { inProgress: "5m" },
    outside: (scene) => setBack(scene, { ...RESTORED, dumpedAfterMs: 30_000, place: "other", decision: "detach" }),
  },
  "a dump restored beside it, and adopted": {
    requests: 5,
    times: { inProgress: "2m" },
    outside: (scene) => copyBeside(scene, { ...BESIDE, decision: "adopt copy" }),
  },
  "a dump restored beside it, and detached": {
    requests: 5,
    times: { inProgress: "2m" },
    outside: (scene) => copyBeside(scene, { ...BESIDE, decision: "detach copy" }),
  },
  "several batches of two companies": { requests: 8, companies: 2, env: { BATCH_MAX_LINES: "3" } },
  "so many in flight that the list tells of them": { requests: 8, env: { BATCH_MAX_LINES: "2" } },
  "several batches side by side, and the reply to one create is lost": {
    requests: 8,
    companies: 4,
    env: { BATCH_MAX_LINES: "2" },
    // The first went alone.
    script: [{ step: "submit.create", occurrence: 3, what: { kind: "reply_lost" } }],
  },
  "two accounts, and the one is refused for a while": {
    requests: 8,
    env: { BATCH_MAX_LINES: "3" },
    there: { faults: ["insufficient_quota:2x:method=POST"] },
  },
  "two accounts, and in each a reply to the create is lost": {
    requests: 8,
    faults: ["lost_reply_create:once"],
    there: { faults: ["lost_reply_create:once", "late_listing:ms=10s"] },
  },
  "two accounts, set back to before anything was sent, and adopted": {
    requests: 8,
    there: { faults: [] },
    script: [{ step: "submit.create", occurrence: 2, what: { kind: "refused" } }],
    times: { inProgress: "5m" },
    outside: (scene) => setBack(scene, { ...RESTORED, dumpedAfterMs: 0, restoredAfterMs: 15_000, decision: "adopt" }),
  },
  "the reply to the create is lost": { requests: 5, faults: ["lost_reply_create:once"] },
  "the create never lands": { requests: 5, faults: ["http_error:once:status=503,method=POST,path=/v1/batches"] },
  "the create lands late": { requests: 5, faults: ["late_create:once:ms=20s"] },
  "the batch shows late in the list": { requests: 5, faults: ["lost_reply_create:once", "late_listing:ms=25s"] },
  "the create is refused": {
    requests: 5,
    faults: ["http_error:once:status=400,method=POST,path=/v1/batches,code=invalid_value"],
  },
  "the upload is refused for now": {
    requests: 5,
    faults: ["http_error:once:status=429,retry_after=90,path=/v1/files"],
  },
  "the upload takes longer than the lease": {
    requests: 5,
    faults: ["slow_reply:once:ms=100s,method=POST,path=/v1/files"],
  },
  "the account has no credit": { requests: 5, faults: ["insufficient_quota:once:method=POST,path=/v1/batches"] },
  "two provider batches, found by recovery": { ...TWICE, requests: 2, faults: ["lost_reply_create:2x"] },
  "two provider batches, found by the reaper": { ...TWICE, requests: 2 },
  "an upload that nobody recorded": {
    requests: 5,
    script: [{ step: "submit.record_file", occurrence: 1, what: { kind: "crash", when: "before" } }],
    times: { inProgress: "5m" },
    env: RARE_ROUNDS,
  },
  "an upload that comes after the next one's": {
    requests: 5,
    script: [{ step: "submit.upload", occurrence: 1, what: { kind: "freeze", when: "before", ms: 3 * 60_000 } }],
    times: { inProgress: "10m" },
    env: RARE_ROUNDS,
  },
  "expired half done": { requests: 6, faults: ["expired:once:share=0.5"] },
  "cancelled half done": { requests: 6, cancelledAfter: 40_000, times: { inProgress: "60s" } },
  "failed: lines named": {
    requests: 5,
    faults: ["failed_validation:once:code=missing_required_parameter,param=body.messages,line=3"],
  },
  "failed: too many tokens waiting": { requests: 5, faults: ["failed_validation:once:code=token_limit_exceeded"] },
  "failed: the fresh file is not seen": { requests: 5, faults: ["file_not_seen:3x:ms=10m"] },
  "results in several parts": {
    requests: 4,
    faults: ["line_error:once:status=500", { kind: "line_huge", params: { bytes: 6_500_000 } }],
  },
  "lines missing and doubled": { requests: 6, faults: ["line_missing:2x", "line_doubled:2x"] },
  "the download is cut": { requests: 5, faults: ["download_cut:once:share=0.4"] },
};
