import type { Waiting } from "../_overview/pipeline.ts";
import { inGroups } from "./numbers.ts";
import type { Tone } from "./statuses.ts";

type Words = Pick<Waiting, "kind" | "subject" | "reason" | "by">;

const TONES: Record<Waiting["kind"], Tone> = {
  copied: "failed",
  spending_stopped: "failed",
  creation_paused: "partial",
  creation_off: "partial",
  creation_silent: "failed",
  provider_stopped: "failed",
  account_disabled: "partial",
  model_stopped: "failed",
  company_not_served: "waiting",
  company_limit: "waiting",
  switched_off: "waiting",
  budget_full: "waiting",
  calls_failing: "partial",
  backing_off: "partial",
  next_round: "waiting",
};

export const toneOfWaiting = (kind: Waiting["kind"]): Tone => TONES[kind];

/** `22 wait`, `10,000 or more wait`. */
export function howMany({ count, atLeast }: Pick<Waiting, "count" | "atLeast">): string {
  return `${inGroups(count)}${atLeast ? " or more" : ""} ${count === 1 && !atLeast ? "waits" : "wait"}`;
}

/** Why requests wait, to stand after how many do and until when. */
export function whyWaiting({ kind, subject, reason, by }: Words): string {
  const because = reason ? `: ${reason}` : "";
  switch (kind) {
    case "copied":
      return reason ?? "the database is a copy";
    case "spending_stopped":
      return `all spending stopped by ${by ?? "someone"}${because}`;
    case "creation_paused":
      return `batch creation paused by ${by ?? "someone"}${because}`;
    case "creation_off":
      return "batch creation is switched off by BATCH_CREATION_ENABLED";
    case "creation_silent":
      return "no worker has created a batch since then; is one running?";
    case "provider_stopped":
      return `nothing new is sent to ${subject ?? "the provider"}${because}`;
    case "account_disabled":
      return `the account ${subject} was disabled by ${by ?? "someone"}${because}`;
    case "model_stopped":
      return `nothing new is sent for ${subject}${because}`;
    case "company_not_served":
      return `${subject} is ${reason}`;
    case "company_limit":
      return `the limit of ${subject} is reached${because}`;
    case "switched_off":
      return subject ? `${subject} has its question topics switched off` : "QUESTION_TOPICS is false here";
    case "budget_full":
      return `held back by the token budget of ${subject}${because}`;
    case "calls_failing":
      return `their batch cannot be sent or checked${because}`;
    case "backing_off":
      return `${subject?.replaceAll("_", " ") ?? "an earlier failure"}${because}`;
    case "next_round":
      return "they will go into the next batches";
  }
}
