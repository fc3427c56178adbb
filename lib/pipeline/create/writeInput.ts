import { requireAnalysis } from "../../analysis/registry.ts";
import type { AnalysisVersions } from "../../batches/batch.ts";
import type { PipelineContext } from "../../context.ts";
import type { Sql } from "../../db/pool.ts";
import type { FailureCode } from "../../failures.ts";
import { mostOfOneFile } from "../../throttle/fileSize.ts";
import { type RequestToSend, readSessions } from "./readSessions.ts";
import type { Spool } from "./spool.ts";

export interface WrittenInput {
  /** Requests whose line is in the file, in its order. */
  included: string[];
  /** Requests that can have no line, and why. */
  unfit: { id: string; code: FailureCode }[];
  /** Whether requests were left over because the file is full. */
  full: boolean;
  contentHash: string;
  /** Of the analyses that its lines ask for. */
  analysisVersions: AnalysisVersions;
  bytes: number;
}

/** How much may be written, in bytes. */
export interface InputLimit {
  /** What fits into the model's token budget. */
  budget: number;
  /** What the first line may have, where that is more. */
  first: number;
}

/** The lines that are wanted, and what they are addressed to. */
interface Wanted {
  requestIds: readonly string[];
  endpoint: string;
}

/** Writes the lines of these requests to the spool, as many as fit into one file and the budget. */
export async function writeInput(
  ctx: PipelineContext,
  sql: Sql,
  { requestIds, endpoint }: Wanted,
  spool: Spool,
  { budget, first }: InputLimit = { budget: Number.POSITIVE_INFINITY, first: Number.POSITIVE_INFINITY },
): Promise<WrittenInput> {
  const limit = mostOfOneFile(ctx).bytes;
  const included: string[] = [];
  const unfit: WrittenInput["unfit"] = [];
  const analysisVersions: Record<string, number> = {};
  let full = false;
  for await (const request of readSessions(sql, requestIds)) {
    const line = renderLine(ctx, endpoint, request);
    if (typeof line !== "string") {
      unfit.push({ id: request.id, code: line.code });
      continue;
    }
    const size = Buffer.byteLength(line) + 1;
    if (size > limit) {
      unfit.push({ id: request.id, code: "line_too_large" });
    } else if (spool.bytes + size > Math.min(limit, included.length === 0 ? Math.max(first, budget) : budget)) {
      full = true;
      break;
    } else {
      await spool.write(line);
      included.push(request.id);
      analysisVersions[request.processingType] = requireAnalysis(request.processingType).version;
    }
  }
  return { included, unfit, full, contentHash: await spool.close(), analysisVersions, bytes: spool.bytes };
}

/** The line of a request as it is sent, or why it can have none. */
export function renderLine(
  ctx: PipelineContext,
  endpoint: string,
  request: RequestToSend,
): string | { code: FailureCode } {
  const analysis = requireAnalysis(request.processingType);
  const { messages, questions } = request;
  const isEmpty =
    analysis.subject === "questions"
      ? questions.length === 0
      : !messages.some((message) => message.content.trim() !== "");
  if (isEmpty) return { code: "session_empty" };
  return ctx.provider.encodeLine(endpoint, {
    id: request.id,
    model: request.model,
    ...analysis.prompt(messages, questions),
    schemaName: analysis.name.replaceAll("-", "_"),
    schema: analysis.jsonSchema(questions.length),
    maxOutputTokens: request.maxOutputTokens ?? analysis.maxOutputTokens,
  });
}
