import { requireAnalysis } from "../../analysis/registry.ts";
import type { Usage } from "../../providers/contract/lines.ts";
import type { RequestInBatch } from "../../requests/requestOutcomes.ts";

/** An answer that was cut off is asked again with more room, up to this multiple of the analysis' own limit. */
const LARGEST_OUTPUT_FACTOR = 8;
/** A model that reasons needs more: a limit costs nothing by itself. */
const LARGEST_REASONING_FACTOR = 64;
/** Thoughts that were cut off would have gone on, nobody knows how far. */
const REASONING_GROWTH = 4;
const ALL_REASONING = 0.9;

type Asked = Pick<RequestInBatch, "processingType" | "maxOutputTokens">;

/** Whether an answer went up to its limit, whatever was said of the reason why it ended. */
export function reachedLimit(request: Asked, usage: Usage | null): boolean {
  return (usage?.completionTokens ?? 0) >= limitOf(request);
}

/**
 * The output limit for the next try after an answer was cut off: twice as much. A model that spent its limit on reasoning
 * gets room for several times that and for the answer at once.
 */
export function moreRoom(request: Asked, usage: Usage | null): number {
  const own = requireAnalysis(request.processingType).maxOutputTokens;
  const doubled = Math.min(limitOf(request) * 2, own * LARGEST_OUTPUT_FACTOR);
  const reasoning = usage?.reasoningTokens ?? 0;
  const isReasoning = reasoning > 0 && reasoning >= ALL_REASONING * (usage?.completionTokens ?? limitOf(request));
  if (!isReasoning)
    return Math.max(doubled, Math.min(reasoning + own, own * LARGEST_REASONING_FACTOR), limitOf(request));
  return Math.min(Math.max(doubled, reasoning * REASONING_GROWTH + own), own * LARGEST_REASONING_FACTOR);
}

function limitOf(request: Asked): number {
  return request.maxOutputTokens ?? requireAnalysis(request.processingType).maxOutputTokens;
}
