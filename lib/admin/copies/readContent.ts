import type { PipelineContext } from "../../context.ts";
import type { LiveDashError } from "../../errors.ts";
import { countBytes, findCut } from "../../pipeline/collect/cutDownload.ts";
import { splitLines } from "../../pipeline/collect/splitLines.ts";
import { hasEnded, type ProviderBatch } from "../../providers/contract/batch.ts";
import { ProviderError } from "../../providers/contract/errors.ts";
import type { ProviderFile } from "../../providers/contract/provider.ts";
import { step } from "../../step.ts";

const MAX_LINE_BYTES = 8 * 1024 * 1024;

/** What is in a provider batch. */
export interface Content {
  /** The requests that its lines are of. */
  requestIds: string[];
  /** Of the file that they were read from. */
  bytes: number;
}

/** Whether it has ended, and its results were deleted since: what it answered is lost. */
export async function isGone(ctx: PipelineContext, theirs: ProviderBatch): Promise<boolean> {
  if (!hasEnded(theirs) || theirs.results.length === 0) return false;
  const isThere = await Promise.all(theirs.results.map(({ id }) => exists(ctx, id)));
  return !isThere.includes(true);
}

/**
 * Reads whose lines are in a provider batch: from its input file, or from its results where that was deleted before them.
 * @throws LiveDashError `download_cut`, `download_unreadable` if lines may be missing: those would be bought again
 */
export async function readContent(ctx: PipelineContext, theirs: ProviderBatch): Promise<Content> {
  const input = theirs.inputFileId === null ? undefined : await readIds(ctx, theirs.inputFileId);
  const parts = input ? [input] : await readAll(ctx, theirs);
  const ids = new Set(parts.flatMap(({ requestIds }) => requestIds));
  const cut = parts.find((part) => part.cut !== undefined)?.cut;
  // Where as many came as the batch has, none is missing, whatever was said of the size.
  if (cut && (theirs.counts.total === 0 || ids.size < theirs.counts.total)) throw cut;
  return { requestIds: [...ids], bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0) };
}

async function readAll(ctx: PipelineContext, { results }: ProviderBatch): Promise<ReadIds[]> {
  const read: ReadIds[] = [];
  for (const { id } of results) {
    const part = await readIds(ctx, id);
    if (part) read.push(part);
  }
  return read;
}

async function exists(ctx: PipelineContext, fileId: string): Promise<boolean> {
  const enough = new AbortController();
  const file = await openIfThere(ctx, fileId, enough.signal);
  enough.abort();
  return file !== undefined;
}

/** Of one file; `cut` if it may have ended early. */
interface ReadIds extends Content {
  cut: LiveDashError | undefined;
}

async function readIds(ctx: PipelineContext, fileId: string): Promise<ReadIds | undefined> {
  const file = await openIfThere(ctx, fileId, ctx.stopping);
  if (!file) return undefined;
  const ids = new Set<string>();
  const received = { bytes: 0, lines: 0, unreadable: 0 };
  let endsReadable = true;
  for await (const { content } of splitLines(countBytes(file.content, received), MAX_LINE_BYTES)) {
    const id = ctx.provider.readRequestId(content);
    endsReadable = id !== null;
    received[endsReadable ? "lines" : "unreadable"]++;
    if (id !== null) ids.add(id);
  }
  const cut = findCut(fileId, file.bytes, received, endsReadable);
  return { requestIds: [...ids], bytes: received.bytes, cut };
}

async function openIfThere(
  ctx: PipelineContext,
  fileId: string,
  signal: AbortSignal,
): Promise<ProviderFile | undefined> {
  try {
    return await step(ctx, "adopt.open_file", () => ctx.provider.openFile(fileId, signal));
  } catch (error) {
    if (error instanceof ProviderError && error.code === "provider_not_found") return undefined;
    throw error;
  }
}
