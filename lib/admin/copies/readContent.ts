import type { PipelineContext } from "../../context.ts";
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

/** Reads whose lines are in a provider batch: from its input file, or from its results where that was deleted before them. */
export async function readContent(ctx: PipelineContext, theirs: ProviderBatch): Promise<Content> {
  const input = theirs.inputFileId === null ? undefined : await readIds(ctx, theirs.inputFileId);
  if (input) return input;
  const content: Content = { requestIds: [], bytes: 0 };
  for (const { id } of theirs.results) {
    const read = await readIds(ctx, id);
    content.requestIds.push(...(read?.requestIds ?? []));
    content.bytes += read?.bytes ?? 0;
  }
  return { ...content, requestIds: [...new Set(content.requestIds)] };
}

async function exists(ctx: PipelineContext, fileId: string): Promise<boolean> {
  const enough = new AbortController();
  const file = await openIfThere(ctx, fileId, enough.signal);
  enough.abort();
  return file !== undefined;
}

async function readIds(ctx: PipelineContext, fileId: string): Promise<Content | undefined> {
  const file = await openIfThere(ctx, fileId, ctx.stopping);
  if (!file) return undefined;
  const ids = new Set<string>();
  let bytes = 0;
  for await (const { content } of splitLines(file.content, MAX_LINE_BYTES)) {
    const id = ctx.provider.readRequestId(content);
    if (id !== null) ids.add(id);
    bytes += content.length;
  }
  return { requestIds: [...ids], bytes };
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
