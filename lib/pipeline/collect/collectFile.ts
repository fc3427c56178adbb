import type { Analysis } from "../../analysis/analysis.ts";
import type { Lease } from "../../batches/lease.ts";
import type { PipelineContext } from "../../context.ts";
import type { Price } from "../../costs/price.ts";
import type { LiveDashError } from "../../errors.ts";
import type { FailureLine, ResultLine } from "../../providers/contract/lines.ts";
import type { ProviderFile } from "../../providers/contract/provider.ts";
import { step } from "../../step.ts";
import { yieldEvery } from "../../yieldEvery.ts";
import { applyLines } from "./applyLines.ts";
import { type CheckedLine, checkAhead } from "./checkAhead.ts";
import { countBytes, findCut } from "./cutDownload.ts";
import { countLine, type LineJudgement, type LineTally } from "./judgeLines.ts";
import { mayReadAhead } from "./readAhead.ts";
import { readLines } from "./readLines.ts";
import { splitLines } from "./splitLines.ts";

const CHUNK_LINES = 2_500;
const CHUNK_BYTES = 8 * 1024 * 1024;
const MAX_LINE_BYTES = 8 * 1024 * 1024;
/** Read and checked without a break. */
const LINES_AT_A_TIME = 10;

/** What the lines of a file have come to; of those that can be read, the rest repeats or belongs to nobody here. */
export interface Seen {
  bytes: number;
  lines: number;
  applied: number;
  notApplied: number;
  /** Lines of which nobody knows whose they are. */
  unreadable: number;
  /** Requests that have a line in it. */
  named: Set<string>;
  failuresLeft: boolean;
  /** Set if it may have ended early. */
  cut: LiveDashError | undefined;
}

/** A file is read for its good answers, while all its lines are counted, or for the failures that these have left. */
type Reading = { tally: LineTally } | { answers: Seen; judgement: LineJudgement };

/**
 * Applies the good answers of a file or, once these are applied, the failures that are left: chunk by chunk, and while one is
 * applied the next is read.
 * @param analysis the only one that the batch asks for
 */
export async function collectFile(
  ctx: PipelineContext,
  lease: Lease,
  fileId: string,
  file: ProviderFile,
  price: Price,
  reading: Reading,
  analysis?: Analysis,
): Promise<Seen> {
  const judgement = "judgement" in reading ? reading.judgement : undefined;
  const seen = { bytes: 0, lines: 0, applied: 0, notApplied: 0, unreadable: 0, failuresLeft: false };
  const named = new Set<string>();
  let chunk: (CheckedLine | FailureLine)[] = [];
  let chunkBytes = 0;
  let endsReadable = true;
  let applying = Promise.resolve();
  const apply = async (lines: typeof chunk) => {
    const done = await step(ctx, "collect.apply", () => applyLines(ctx, lease, lines, price, judgement));
    seen.applied += done.applied;
    seen.notApplied += done.notApplied;
    seen.failuresLeft ||= done.failuresLeft;
  };
  const flush = async () => {
    await applying;
    if (chunk.length === 0) return;
    lease.signal.throwIfAborted();
    applying = apply(chunk);
    chunk = [];
    chunkBytes = 0;
    if (!mayReadAhead(applying)) await applying;
  };

  const take = (line: ResultLine) => {
    if (line.kind === "unreadable") {
      seen.unreadable++;
      return;
    }
    seen.lines++;
    named.add(line.requestId);
    if ("tally" in reading) countLine(reading.tally, line);
    if (line.kind === "failure" && !judgement) seen.failuresLeft = true;
    else chunk.push(line.kind === "answer" && analysis ? checkAhead(analysis, line) : line);
  };
  // The last line of a download that was cut is only the beginning of one: the whole of it may be a good answer.
  let held: FailureLine | undefined;

  const yieldNow = yieldEvery(LINES_AT_A_TIME);
  try {
    for await (const part of splitLines(countBytes(file.content, seen), MAX_LINE_BYTES)) {
      await yieldNow();
      for (const line of readLines(ctx.provider, part)) {
        if (held) take(held);
        held = line.kind === "failure" && line.code === "line_unreadable" ? line : undefined;
        endsReadable = line.kind !== "unreadable" && !held;
        if (!held) take(line);
      }
      chunkBytes += part.content.length;
      if (chunk.length >= CHUNK_LINES || chunkBytes >= CHUNK_BYTES) await flush();
    }
  } catch (error) {
    // What is being applied ends first, and what it fails with came first.
    await applying;
    throw error;
  }
  const cut = findCut(fileId, file.bytes, seen, endsReadable);
  if (held && cut) seen.unreadable++;
  else if (held) take(held);
  await flush();
  await applying;
  if (!seen.failuresLeft) {
    logCollected(ctx, lease, fileId, seen, "answers" in reading ? reading.answers.applied : 0);
  }
  return { ...seen, named, cut };
}

function logCollected(
  ctx: PipelineContext,
  lease: Lease,
  fileId: string,
  seen: Omit<Seen, "named" | "cut">,
  before: number,
) {
  const { bytes, lines, notApplied, unreadable } = seen;
  const applied = before + seen.applied;
  const counts = { applied, notApplied, repeated: lines - applied - notApplied, unreadable };
  ctx.log.info({ event: "batch.file_collected", batchId: lease.batchId, fileId, bytes, ...counts });
}
