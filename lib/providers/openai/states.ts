import { lookUp } from "../../json.ts";
import type { ProviderState } from "../contract/batch.ts";
import { asFields, asId, asText } from "./fields.ts";

const STATES: Readonly<Record<string, ProviderState>> = {
  validating: "validating",
  in_progress: "running",
  finalizing: "finishing",
  cancelling: "cancelling",
  completed: "completed",
  expired: "expired",
  cancelled: "cancelled",
  failed: "failed",
};

/** Of words that may mean that it goes on, none is taken for an end. */
const SYNONYMS: Readonly<Record<string, string>> = {
  canceled: "cancelled",
  canceling: "cancelling",
  complete: "completed",
  succeeded: "completed",
  success: "completed",
  finished: "completed",
  failure: "failed",
};

export function stateOf(word: string): ProviderState {
  return lookUp(STATES, word) ?? "unknown";
}

/**
 * The status of a batch, in lower case with underscores: `Validating`, `IN_PROGRESS`, `in progress` and `InProgress` are words
 * for the same as `in_progress` and the like. Null for what is none.
 */
export function readStatus(given: unknown): string | null {
  const value = typeof given === "string" ? given : (asFields(given)?.status ?? asFields(given)?.state ?? asId(given));
  const text = asText(value, 50)
    ?.replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .replaceAll(/[\s.-]+/g, "_")
    .toLowerCase()
    .replace(/^(job|batch)_(state|status)_/, "");
  return text === undefined ? null : (lookUp(SYNONYMS, text) ?? text);
}
