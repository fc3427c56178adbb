import type { PipelineContext } from "../context.ts";
import { LiveDashError } from "../errors.ts";
import { ProviderError } from "../provider/errors.ts";
import type { AnswerLine, FailureLine } from "../provider/lines.ts";
import type { ProviderFile } from "../provider/provider.ts";
import { applyLines } from "./applyLines.ts";
import type { Batch } from "./batch.ts";
import type { Lease } from "./lease.ts";
import { findPrice, type Price } from "./price.ts";
import { recordStop } from "./providerStop.ts";
import { splitLines } from "./splitLines.ts";
import { step } from "./step.ts";

/** A file that was not found so many times in a row, with growing pauses, is gone. */
const GONE_AFTER_FAILURES = 5;
const CHUNK_LINES = 1_000;
const CHUNK_BYTES = 16 * 1024 * 1024;
const MAX_LINE_BYTES = 8 * 1024 * 1024;

/**
 * Downloads both files of a batch and applies every line. The output file comes first: if a request stands in both, it
 * is its answer that was paid for. Can be stopped at any line and run again from the start. Answers whether all files
 * were still there, and how many answers were applied.
 * @throws LeaseLostError, ProviderError, LiveDashError `download_cut`
 */
export async function collectResults(
  ctx: PipelineContext,
  lease: Lease,
  batch: Batch,
  fileIds: readonly (string | null)[],
): Promise<{ allThere: boolean; applied: number }> {
  const price = await step(ctx, "collect.price", () => findPrice(ctx.db, batch.model, ctx.clock.now()));
  if (price.pricingId === null) {
    ctx.log.warn({ event: "price.unknown", batchId: batch.id, model: batch.model });
  }
  let allThere = true;
  let applied = 0;
  for (const fileId of fileIds) {
    const file = fileId && (await openFile(ctx, lease, batch, fileId));
    if (file) applied += await collectFile(ctx, lease, fileId, file, price);
    else if (fileId) allThere = false;
  }
  return { allThere, applied };
}

/** Undefined for a file that the provider has deleted: it says so again and again, and waiting on would be for ever. */
async function openFile(
  ctx: PipelineContext,
  lease: Lease,
  batch: Batch,
  fileId: string,
): Promise<ProviderFile | undefined> {
  try {
    return await step(ctx, "collect.open_file", () => ctx.provider.openFile(fileId, lease.signal));
  } catch (error) {
    const gone = error instanceof ProviderError && error.code === "provider_not_found";
    const before = batch.errorCode === "provider_not_found" ? batch.callFailures : 0;
    if (!gone || before < GONE_AFTER_FAILURES) throw error;
    ctx.log.error({ event: "batch.file_gone", batchId: batch.id, fileId });
    return undefined;
  }
}

/** Answers how many answers were applied. */
async function collectFile(
  ctx: PipelineContext,
  lease: Lease,
  fileId: string,
  file: ProviderFile,
  price: Price,
): Promise<number> {
  const seen = { applied: 0, notApplied: 0, repeated: 0, unreadable: 0 };
  let chunk = new Map<string, AnswerLine | FailureLine>();
  let chunkBytes = 0;
  const flush = async () => {
    if (chunk.size === 0) return;
    lease.signal.throwIfAborted();
    const lines = chunk;
    const done = await step(ctx, "collect.apply", () => applyLines(ctx, lease, lines, price));
    if (done.outOfCredit) await recordStop(ctx, "line_quota_exhausted", done.outOfCredit);
    seen.applied += done.applied;
    seen.notApplied += done.notApplied;
    seen.repeated += chunk.size - done.applied - done.notApplied;
    chunk = new Map();
    chunkBytes = 0;
  };

  const counted = countBytes(file.content);
  for await (const { content } of splitLines(counted.content, MAX_LINE_BYTES)) {
    const line = content && ctx.provider.readLine(content);
    if (!line || line.kind === "unreadable") {
      seen.unreadable++;
      continue;
    }
    const earlier = chunk.get(line.requestId);
    if (earlier) seen.repeated++;
    // Of several lines for one request the first counts, but an answer before a failure: it is what was paid for.
    if (!earlier || (earlier.kind === "failure" && line.kind === "answer")) chunk.set(line.requestId, line);
    chunkBytes += content.length;
    if (chunk.size >= CHUNK_LINES || chunkBytes >= CHUNK_BYTES) await flush();
  }
  await flush();
  ctx.log.info({ event: "batch.file_collected", batchId: lease.batchId, fileId, bytes: counted.bytes(), ...seen });
  assertWhole(fileId, counted.bytes(), file.bytes);
  return seen.applied;
}

/** A download that ends early, or is something else, looks like a file that lacks lines: those would be bought again. */
function assertWhole(fileId: string, received: number, stated: number): void {
  if (received === stated) return;
  throw new LiveDashError("download_cut", `The download of ${fileId} ended after ${received} of ${stated} bytes.`, {
    retryable: true,
  });
}

function countBytes(content: AsyncIterable<Uint8Array>) {
  let bytes = 0;
  async function* counting() {
    for await (const chunk of content) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  return { content: counting(), bytes: () => bytes };
}
