/** A mistake in how the emulator is started or in its own data; `code` is stable. */
export class EmulatorError extends Error {
  override readonly name = "EmulatorError";
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

interface ApiErrorDetails {
  type?: string;
  param?: string | null;
  code?: string | null;
  headers?: Record<string, string>;
}

/** An answer other than 2xx, sent in OpenAI's shape: `{ error: { message, type, param, code } }`. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
  readonly headers: Record<string, string>;

  constructor(status: number, message: string, details: ApiErrorDetails = {}) {
    super(message);
    this.status = status;
    this.type = details.type ?? "invalid_request_error";
    this.param = details.param ?? null;
    this.code = details.code ?? null;
    this.headers = details.headers ?? {};
  }

  toBody(): { error: { message: string; type: string; param: string | null; code: string | null } } {
    return { error: { message: this.message, type: this.type, param: this.param, code: this.code } };
  }
}

/** 400 with `missing_required_parameter`, worded as the provider words it. */
export function missingParameter(param: string): ApiError {
  return new ApiError(400, `Missing required parameter: '${param}'.`, { param, code: "missing_required_parameter" });
}

/** 400 with `invalid_value`; `supported` is named in the message. */
export function invalidValue(param: string, supported: string): ApiError {
  return new ApiError(400, `Invalid value for '${param}'. Supported values are: ${supported}.`, {
    param,
    code: "invalid_value",
  });
}

/** 400 with `invalid_type`. */
export function invalidType(param: string, expected: string): ApiError {
  return new ApiError(400, `Invalid type for '${param}': expected ${expected}.`, { param, code: "invalid_type" });
}

/** 404 for a file that is not there, or no longer. */
export function noSuchFile(id: string): ApiError {
  return new ApiError(404, `No such File object: ${id}`, { param: "id" });
}

/** 404 for a batch that is not there. */
export function noSuchBatch(id: string): ApiError {
  return new ApiError(404, `No batch found with id '${id}'.`);
}
