import { endpoints } from "../answers/endpoints.ts";
import { readPrompt } from "../answers/prompt.ts";
import { countInputTokens } from "../answers/tokens.ts";
import { isObject } from "../http/call.ts";
import type { EmulatorSettings } from "../options.ts";
import type { Shape } from "../shape/shape.ts";
import { splitLines } from "../splitLines.ts";
import type { BatchError } from "../store/records.ts";
import * as reasons from "./validationErrors.ts";

/** What validation has found in an input file. */
export interface InputReport {
  /** Empty when the file is good: one for each bad line, else one for the file. */
  errors: BatchError[];
  lines: number;
  /** Those of the lines that have one, in their order. */
  customIds: string[];
  /** Model of the first line that names one. */
  model: string | null;
  inputTokens: number;
}

interface Rules {
  settings: EmulatorSettings;
  shape: Shape;
}

/** Reads an input file line by line and gives what validation would find. Memory: one line, and the custom_ids. */
export async function validateInput(
  path: string,
  endpoint: string,
  { settings: { limits, models }, shape }: Rules,
): Promise<InputReport> {
  const maxLines = limits.maxLines ?? shape.maxLines;
  const report: InputReport = { errors: [], lines: 0, customIds: [], model: null, inputTokens: 0 };
  const seen = new Set<string>();
  for await (const line of splitLines(path, limits.maxLineBytes)) {
    report.lines += 1;
    if (report.lines > maxLines) {
      return { ...report, errors: [reasons.tooManyLines(maxLines)] };
    }
    const error = checkLine(line.utf8 && !line.tooLong ? line.text : "", line.number);
    if (error) report.errors.push(error);
  }
  if (report.lines === 0) report.errors.push(reasons.emptyFile());
  return report;

  function checkLine(text: string, number: number): BatchError | null {
    const request = parseObject(text);
    if (!request) return reasons.invalidJsonLine(number);
    const { custom_id, method, url, body } = request;
    if (typeof custom_id !== "string" || custom_id === "") return reasons.missing("custom_id", number);
    if (method === undefined) return reasons.missing("method", number);
    if (typeof url !== "string") return reasons.missing("url", number);
    if (!isObject(body)) return reasons.missing("body", number);
    if (method !== "POST") return reasons.invalidMethod(number);
    if (shape.endpointOf(url) !== endpoint) return reasons.invalidUrl(number);
    if (seen.has(custom_id)) return reasons.duplicateCustomId(number);
    seen.add(custom_id);
    report.customIds.push(custom_id);
    return checkBody(body, number);
  }

  function checkBody(body: Record<string, unknown>, number: number): BatchError | null {
    const { model } = body;
    if (typeof model !== "string" || model === "") return reasons.missing("body.model", number);
    const required = endpoints[endpoint]?.required;
    if (required && (body[required] === undefined || body[required] === null)) {
      return reasons.missing(`body.${required}`, number);
    }
    if (body.stream === true) return reasons.streamingUnsupported(number);
    if (models && !models.includes(model)) return reasons.modelNotFound(model, number);
    report.model ??= model;
    if (model !== report.model) return reasons.mismatchedModel(report.model, number);
    report.inputTokens += countInputTokens(readPrompt(body));
    return null;
  }
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
