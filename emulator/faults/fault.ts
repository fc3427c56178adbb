import type { z } from "zod";
import type { Answer } from "../answers/answer.ts";
import type { BatchLine } from "../batches/batchLine.ts";
import type { BatchView } from "../batches/batchView.ts";
import type { Clock } from "../clock.ts";
import type { Call } from "../http/call.ts";
import type { Reply } from "../http/reply.ts";
import type { Random } from "../random.ts";
import type { BatchError, BatchRecord, BatchTimes, FileRecord } from "../store/records.ts";

/** How the lines of a batch are run: up to `share` of them, with a halt of `holdMs` on the way, then the end. */
export interface RunPlan {
  share: number;
  holdAtShare: number;
  holdMs: number;
  end: "finalizing" | "expired" | "failed";
  /** With which errors a batch fails that has run. */
  errors: BatchError[] | null;
}

/** What a fault may use besides its parameters. */
interface FaultTools {
  /** Takes away a file that a call has just left, as if it had never come. */
  dropFile(id: string): void;
  /** Aborted when the emulator closes. */
  signal: AbortSignal;
  clock: Clock;
  random: Random;
}

/** Where a fault can act. `P` are its parameters; each hook changes one moment and may be left out. */
interface FaultHooks<P> {
  /** Before a call is handled. A reply given here is sent instead. */
  onCall?(call: Call, params: P, tools: FaultTools): Promise<Reply | undefined>;
  /** After a call was handled, before its reply is sent. */
  onReply?(call: Call, reply: Reply, params: P, tools: FaultTools): Promise<Reply>;
  /** When a batch is created: how long its states will take. */
  onTimes?(times: BatchTimes, params: P): BatchTimes;
  /** When the input file is validated: reasons to refuse it. `customIds` are those of its lines, in their order. */
  onValidate?(file: FileRecord | undefined, input: InputToValidate, params: P): BatchError[];
  /** When the lines of a batch are about to run. */
  onRun?(plan: RunPlan, params: P): RunPlan;
  /** What the model answers to one line. */
  onAnswer?(answer: Answer, params: P): Answer;
  /** How one line ends in the files. */
  onLine?(line: BatchLine, params: P): BatchLine;
  /** How a batch is shown, by every route. */
  onView?(view: BatchView, batch: BatchRecord, now: number, params: P): BatchView;
  /** When a batch is asked for by its id; what is thrown here is answered. */
  onRetrieve?(batch: BatchRecord, now: number, params: P): void;
  /** Whether a batch shows in the list. */
  onList?(batch: BatchRecord, now: number, params: P): boolean;
  /** How a batch is shown by the list alone. */
  onListed?(view: BatchView, params: P): BatchView;
}

/** A file at its validation. */
interface InputToValidate {
  batch: BatchRecord;
  now: number;
  customIds: readonly string[];
}

interface FaultHead {
  kind: string;
  /** One sentence for GET /_emulator/faults and docs/emulator.md. */
  summary: string;
  /** What a rule is rolled for: each call, each new batch (the choice stays with it), or each line as it runs. */
  at: "call" | "batch" | "line";
  /** Calls that a rule without a path of its own is about. */
  route?: { method?: string; path: string };
}

/** A fault as the registry holds it: its hooks take parameters as they came and check them. */
export interface Fault extends FaultHead, FaultHooks<unknown> {
  params: z.ZodType;
}

/** Describes a fault. Hooks get checked parameters; a hook that is not given leaves its moment as it is. */
export function defineFault<P>(definition: FaultHead & FaultHooks<P> & { params: z.ZodType<P> }): Fault {
  const { kind, summary, at, route, params } = definition;
  const { onCall, onReply, onTimes, onValidate, onRun, onAnswer, onLine, onView, onRetrieve } = definition;
  const { onList, onListed } = definition;
  return {
    kind,
    summary,
    at,
    params,
    ...(route && { route }),
    ...(onCall && { onCall: (call, raw, tools) => onCall(call, params.parse(raw), tools) }),
    ...(onReply && { onReply: (call, reply, raw, tools) => onReply(call, reply, params.parse(raw), tools) }),
    ...(onTimes && { onTimes: (times, raw) => onTimes(times, params.parse(raw)) }),
    ...(onValidate && { onValidate: (file, input, raw) => onValidate(file, input, params.parse(raw)) }),
    ...(onRun && { onRun: (plan, raw) => onRun(plan, params.parse(raw)) }),
    ...(onAnswer && { onAnswer: (answer, raw) => onAnswer(answer, params.parse(raw)) }),
    ...(onLine && { onLine: (line, raw) => onLine(line, params.parse(raw)) }),
    ...(onView && { onView: (view, batch, now, raw) => onView(view, batch, now, params.parse(raw)) }),
    ...(onRetrieve && { onRetrieve: (batch, now, raw) => onRetrieve(batch, now, params.parse(raw)) }),
    ...(onList && { onList: (batch, now, raw) => onList(batch, now, params.parse(raw)) }),
    ...(onListed && { onListed: (view, raw) => onListed(view, params.parse(raw)) }),
  };
}
