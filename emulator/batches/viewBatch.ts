import { findFault } from "../faults/registry.ts";
import { type BatchRecord, isOver } from "../store/records.ts";
import { type BatchView, seconds } from "./batchView.ts";

/** The batch as every route shows it at `now` (ms), with the faults chosen for it. File ids show when it is over. */
export function viewBatch(batch: BatchRecord, now: number): BatchView {
  const showFiles = isOver(batch);
  const { inputTokens, cachedTokens, outputTokens, reasoningTokens } = batch.usage;
  let view: BatchView = {
    id: batch.id,
    object: "batch",
    endpoint: batch.endpoint,
    model: batch.model,
    errors: batch.errors && { object: "list", data: batch.errors },
    input_file_id: batch.inputFileId,
    completion_window: batch.completionWindow,
    status: batch.status,
    output_file_id: showFiles ? batch.outputFileId : null,
    error_file_id: showFiles ? batch.errorFileId : null,
    created_at: seconds(batch.createdAt),
    in_progress_at: secondsOrNull(batch.inProgressAt),
    expires_at: secondsOrNull(batch.expiresAt),
    finalizing_at: secondsOrNull(batch.finalizingAt),
    completed_at: secondsOrNull(batch.completedAt),
    failed_at: secondsOrNull(batch.failedAt),
    expired_at: secondsOrNull(batch.expiredAt),
    cancelling_at: secondsOrNull(batch.cancellingAt),
    cancelled_at: secondsOrNull(batch.cancelledAt),
    request_counts: { ...batch.counts },
    metadata: batch.metadata,
    usage: {
      input_tokens: inputTokens,
      input_tokens_details: { cached_tokens: cachedTokens },
      output_tokens: outputTokens,
      output_tokens_details: { reasoning_tokens: reasoningTokens },
      total_tokens: inputTokens + outputTokens,
    },
  };
  for (const { kind, params } of batch.faults) {
    view = findFault(kind)?.onView?.(view, batch, now, params) ?? view;
  }
  return view;
}

function secondsOrNull(ms: number | null): number | null {
  return ms === null ? null : seconds(ms);
}
