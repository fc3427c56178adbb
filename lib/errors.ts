/** An error with a stable code, a sentence for a person, and whether trying again can help. */
export class LiveDashError extends Error {
  readonly code: string;
  readonly retryable: boolean;

  constructor(code: string, message: string, options: { cause?: unknown; retryable?: boolean } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "LiveDashError";
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** The error's sentence, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` that Node, PostgreSQL and our own errors carry, if this one has any. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
