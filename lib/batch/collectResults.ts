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

/** What the lines of a file have come to; of those that can be read, the rest repeats or belongs to nobody here. */
interface Seen {
  lines: number;
  applied: number;
  notApplied: number;
  unreadable: number;
  failuresLeft: boolean;
}

/**
 * Downloads both files of a batch and applies every line. Good answers come first, from both files; only then are those
 * files read again that hold failures: a good answer was paid for, wherever it stands beside a failure of its request.
 * Can be stopped at any line and run again from the start. Answers whether all files were still there, and how
 * many answers were applied.
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
  const seen = new Map<string, Seen>();
  for (const fileId of fileIds) {
    const file = fileId && (await openFile(ctx, lease, batch, fileId));
    if (file) seen.set(fileId, await collectFile(ctx, lease, fileId, file, price));
    else if (fileId) allThere = false;
  }
  for (const [fileId, answers] of seen) {
    if (!answers.failuresLeft) continue;
    const file = await openFile(ctx, lease, batch, fileId);
    if (file) await collectFile(ctx, lease, fileId, file, price, answers);
    else allThere = false;
  }
  const applied = Array.from(seen.values(), (file) => file.applied).reduce((sum, count) => sum + count, 0);
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

/** Applies the good answers of a file or, given what they came to, the failures that they have left. */
async function collectFile(
  ctx: PipelineContext,
  lease: Lease,
  fileId: string,
  file: ProviderFile,
  price: Price,
  answers?: Seen,
): Promise<Seen> {
  const seen = { lines: 0, applied: 0, notApplied: 0, unreadable: 0, failuresLeft: false };
  let chunk: (AnswerLine | FailureLine)[] = [];
  let chunkBytes = 0;
  const flush = async () => {
    if (chunk.length === 0) return;
    lease.signal.throwIfAborted();
    const lines = chunk;
    const done = await step(ctx, "collect.apply", () => applyLines(ctx, lease, lines, price, Boolean(answers)));
    if (done.outOfCredit) await recordStop(ctx, "line_quota_exhausted", done.outOfCredit);
    seen.applied += done.applied;
    seen.notApplied += done.notApplied;
    seen.failuresLeft ||= done.failuresLeft;
    chunk = [];
    chunkBytes = 0;
  };

  const counted = countBytes(file.content);
  for await (const { content } of splitLines(counted.content, MAX_LINE_BYTES)) {
    const line = content && ctx.provider.readLine(content);
    if (!line || line.kind === "unreadable") {
      seen.unreadable++;
      continue;
    }
    seen.lines++;
    if (line.kind === "failure" && !answers) {
      seen.failuresLeft = true;
      continue;
    }
    chunk.push(line);
    chunkBytes += content.length;
    if (chunk.length >= CHUNK_LINES || chunkBytes >= CHUNK_BYTES) await flush();
  }
  await flush();
  assertWhole(fileId, counted.bytes(), file.bytes);
  if (!seen.failuresLeft) logCollected(ctx, lease, fileId, counted.bytes(), seen, answers?.applied);
  return seen;
}

function logCollected(ctx: PipelineContext, lease: Lease, fileId: string, bytes: number, seen: Seen, before = 0): void {
  const { lines, notApplied, unreadable } = seen;
  const applied = before + seen.applied;
  const counts = { applied, notApplied, repeated: lines - applied - notApplied, unreadable };
  ctx.log.info({ event: "batch.file_collected", batchId: lease.batchId, fileId, bytes, ...counts });
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
