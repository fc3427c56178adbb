import { z } from "zod";
import { euros, time } from "../../api/fields.ts";
import { estimateRequeue } from "../../costs/price.ts";
import { FAILURES, type FailureCode, REQUEUED_IN_VAIN } from "../../failures.ts";

/** So many that are still failed are looked at for each group, and no more. */
export const MOST_COUNTED = 1_000;

const count = z.number().int().nonnegative();
const company = z.object({ id: z.string(), name: z.string(), count });

export const failureGroup = z.object({
  code: z.string(),
  message: z.string().meta({ description: "What the group's messages have in common, without names and numbers." }),
  meaning: z.string(),
  retryable: z
    .boolean()
    .meta({ description: "Whether these requests are retried automatically until their attempts are used up." }),
  lastHour: count.meta({
    description: "Everything that failed in this time, even if it has been requeued since. The next two are alike.",
  }),
  lastDay: count,
  lastWeek: count,
  firstAt: time.meta({ description: "The minute of the first failure of the week." }),
  lastAt: time.meta({ description: "The minute of the last one." }),
  stillFailed: count.meta({ description: `At the moment. ${MOST_COUNTED} means that many or more.` }),
  stillFailedOf: z
    .object({ lastHour: count, lastDay: count, lastWeek: count })
    .meta({ description: "Those that failed in this time and still are: what a list with `failedSince` contains." }),
  companies: z
    .array(company)
    .meta({ description: `The companies of those still failed, most first, among the newest ${MOST_COUNTED}.` }),
  sample: z
    .object({
      requestId: z.string(),
      externalSessionId: z.string().nullable(),
      error: z.string().nullable(),
      failedAt: time,
    })
    .nullable()
    .meta({ description: "The newest one still failed." }),
  requeue: z
    .object({
      helps: z.boolean(),
      why: z.string().nullable().meta({ description: "Why it does not help." }),
      costEur: euros
        .nullable()
        .meta({ description: `About what it costs to send those still failed again, up to ${MOST_COUNTED}.` }),
    })
    .meta({ description: "Whether sending them again can help, and what it would cost." }),
  filter: z
    .object({ status: z.literal("processing_failed"), errorCode: z.string(), errorGroup: z.string() })
    .nullable()
    .meta({ description: "Lists, counts and requeues the requests that are still failed." }),
});

export type FailureGroup = z.input<typeof failureGroup>;

/** A group as the database counts it. */
export interface CountedGroup extends Omit<FailureGroup, "meaning" | "retryable" | "filter" | "requeue" | "sample"> {
  models: { model: string; count: number }[];
  sampleId: string | null;
  sampleName: string | null;
  sampleError: string | null;
  sampleAt: Date | null;
}

export function explainGroup(counted: CountedGroup, costPerLine: ReadonlyMap<string, number>): FailureGroup {
  const { models, sampleId, sampleName, sampleError, sampleAt, ...group } = counted;
  const sample =
    sampleId && sampleAt
      ? { requestId: sampleId, externalSessionId: sampleName, error: sampleError, failedAt: sampleAt }
      : null;
  const row = { ...group, sample };
  const { code, message } = row;
  const costEur = estimateRequeue(costPerLine, models);
  if (!isKnown(code)) {
    const meaning = "A reason this version of LiveDash does not recognise";
    const requeue = { helps: false, why: "This version of LiveDash does not know whether it would help.", costEur };
    return { ...row, meaning, retryable: false, requeue, filter: null };
  }
  const { meaning, retryable } = FAILURES[code];
  const why = REQUEUED_IN_VAIN[code] ?? null;
  return {
    ...row,
    meaning,
    retryable,
    requeue: { helps: why === null, why, costEur },
    filter: { status: "processing_failed", errorCode: code, errorGroup: message },
  };
}

function isKnown(code: string): code is FailureCode {
  return Object.hasOwn(FAILURES, code);
}
