import type { BatchError } from "../store/records.ts";

const organization = "org-emulator";

/** The provider's sentence for token_limit_exceeded; `limit` in tokens. */
export function tokenLimitMessage(model: string, limit: number): string {
  return `Enqueued token limit reached for ${model} in organization ${organization}. Limit: ${limit} enqueued tokens. Please try again once some in_progress batches have been completed.`;
}

export function cannotFindFile(fileId: string): BatchError {
  return {
    code: "invalid_request",
    message: `Cannot find file ${fileId}, or organization ${organization} does not have access to it.`,
    param: "file_id",
    line: null,
  };
}

export function tokenLimitExceeded(model: string, limit: number): BatchError {
  return { code: "token_limit_exceeded", message: tokenLimitMessage(model, limit), param: null, line: null };
}

export function emptyFile(): BatchError {
  return { code: "empty_file", message: "The input file is empty.", param: null, line: null };
}

/** Not documented by the provider: its code for too many lines is not known. */
export function tooManyLines(limit: number): BatchError {
  const message = `The input file contains more than ${limit} requests.`;
  return { code: "too_many_requests_in_file", message, param: null, line: null };
}

export function wrongPurpose(fileId: string, purpose: string): BatchError {
  const message = `File ${fileId} has the purpose '${purpose}'; the input of a batch must have the purpose 'batch'.`;
  return { code: "invalid_request", message, param: "file_id", line: null };
}

export function invalidJsonLine(line: number): BatchError {
  return { code: "invalid_json_line", message: "This line is not parseable as valid JSON.", param: null, line };
}

export function missing(param: string, line: number): BatchError {
  return { code: "missing_required_parameter", message: `Missing required parameter: '${param}'.`, param, line };
}

export function invalidMethod(line: number): BatchError {
  return { code: "invalid_method", message: "Only the method POST is supported in a batch.", param: "method", line };
}

export function invalidUrl(line: number): BatchError {
  const message = "The URL provided for this request does not match the batch endpoint.";
  return { code: "invalid_url", message, param: "url", line };
}

export function modelNotFound(model: string, line: number): BatchError {
  const message = `The provided model '${model}' is not supported by the Batch API.`;
  return { code: "model_not_found", message, param: "body.model", line };
}

export function streamingUnsupported(line: number): BatchError {
  const message = "Chat Completions: Streaming is not supported in the Batch API.";
  return { code: "streaming_unsupported", message, param: "body.stream", line };
}

export function mismatchedModel(first: string, line: number): BatchError {
  const message = `This request's model does not match '${first}': each batch must contain requests for a single model.`;
  return { code: "mismatched_model", message, param: "body.model", line };
}

export function duplicateCustomId(line: number): BatchError {
  const message = "The custom_id of this request is a duplicate of another request's.";
  return { code: "duplicate_custom_id", message, param: "custom_id", line };
}
