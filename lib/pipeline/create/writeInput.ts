import { requireAnalysis } from "../../analysis/registry.ts";
import type { AnalysisVersions } from "../../batches/batch.ts";
import type { PipelineContext } from "../../context.ts";
import type { Sql } from "../../db/pool.ts";
import type { FailureCode } from "../../failures.ts";
import { mostOfOneFile } from "../../throttle/fileSize.ts";
import { type RequestToSend, readSessions } from "./readSessions.ts";
import type { Spool } from "./spool.ts";

/** A request that was looked at, and the version of its session that was read. */
type Read = Pick<RequestToSend, "id" | "sessionVersion">;

export interface WrittenLine extends Read {
  bytes: number;
}

export interface WrittenInput {
  /** Requests whose line is in the file, in its order. */
  included: WrittenLine[];
  /** Requests that can have no line, and why. */
  unfit: (Read & { code: FailureCode })[];
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
  within: InputLimit = { budget: Number.POSITIVE_INFINITY, first: Number.POSITIVE_INFINITY },
): Promise<WrittenInput> {
  const limit = mostOfOneFile(ctx).bytes;
  const included: WrittenLine[] = [];
  const unfit: WrittenInput["unfit"] = [];
  const analysisVersions: Record<string, number> = {};
  let full = false;
  for await (const request of readSessions(sql, requestIds)) {
    const { id, sessionVersion } = request;
    const line = renderLine(ctx, endpoint, request);
    if (typeof line !== "string") {
      unfit.push({ id, sessionVersion, code: line.code });
      continue;
    }
    const bytes = Buffer.byteLength(line) + 1;
    if (bytes > limit) {
      unfit.push({ id, sessionVersion, code: "line_too_large" });
    } else if (spool.bytes + bytes > Math.min(limit, mostBytes(within, included.length))) {
      full = true;
      break;
    } else {
      await spool.write(line);
      included.push({ id, sessionVersion, bytes });
      analysisVersions[request.processingType] = requireAnalysis(request.processingType).version;
    }
  }
  return { included, unfit, full, contentHash: await spool.close(), analysisVersions, bytes: spool.bytes };
}

/** How long a file with one line more may be. @param lines that it has already */
export function mostBytes({ budget, first }: InputLimit, lines: number): number {
  return lines === 0 ? Math.max(first, budget) : budget;
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
