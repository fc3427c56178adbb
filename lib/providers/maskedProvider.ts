import type { Mask } from "../masking.ts";
import type { ProviderBatch } from "./contract/batch.ts";
import type { ResultLine } from "./contract/lines.ts";
import type { BatchProvider, ProviderFile } from "./contract/provider.ts";

const DEEPEST_CAUSE = 10;

/**
 * The same provider, whose words are fit to be shown: some repeat the key that they refuse. What a model answers is no
 * word of the provider, and stays as it is.
 */
export function maskedProvider(provider: BatchProvider, mask: Mask): BatchProvider {
  const within = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      throw maskError(error, mask);
    }
  };
  async function* each<T>(items: AsyncIterable<T>, change: (item: T) => T): AsyncGenerator<T> {
    try {
      for await (const item of items) yield change(item);
    } catch (error) {
      throw maskError(error, mask);
    }
  }
  const batch = (theirs: ProviderBatch): ProviderBatch => ({
    ...theirs,
    errors: theirs.errors.map((error) => ({ ...error, code: mask(error.code), message: mask(error.message) })),
  });
  const file = (theirs: ProviderFile): ProviderFile => ({ ...theirs, content: each(theirs.content, (bytes) => bytes) });

  return {
    ...provider,
    readLine: (line) => maskLine(provider.readLine(line), mask),
    check: (...args) => within(() => provider.check(...args)),
    uploadInput: (...args) => within(() => provider.uploadInput(...args)),
    createBatch: (...args) => within(async () => batch(await provider.createBatch(...args))),
    retrieveBatch: (...args) => within(async () => batch(await provider.retrieveBatch(...args))),
    listBatches: (...args) => each(provider.listBatches(...args), batch),
    cancelBatch: (...args) => within(async () => batch(await provider.cancelBatch(...args))),
    openFile: (...args) => within(async () => file(await provider.openFile(...args))),
    listInputFiles: (...args) => each(provider.listInputFiles(...args), (item) => item),
    deleteFile: (...args) => within(() => provider.deleteFile(...args)),
    close: () => provider.close(),
  };
}

function maskLine(line: ResultLine, mask: Mask): ResultLine {
  if (line.kind === "unreadable") return { ...line, reason: mask(line.reason) };
  if (line.kind === "answer") return line;
  const { message, wording, startOfText } = line;
  return {
    ...line,
    message: mask(message),
    wording: wording && mask(wording),
    startOfText: startOfText && mask(startOfText),
  };
}

function maskError(error: unknown, mask: Mask): unknown {
  if (!(error instanceof Error)) return error;
  error.message = mask(error.message);
  error.stack = mask(error.stack ?? "");
  if (error.cause !== undefined) error.cause = maskedCause(error.cause, mask);
  return error;
}

/** A copy: errors of libraries hold the headers and the body of a call, and not each lets its message be changed. */
function maskedCause(cause: unknown, mask: Mask, depth = 0): Error | undefined {
  if (depth > DEEPEST_CAUSE) return undefined;
  if (!(cause instanceof Error)) return new Error(mask(String(cause)));
  const inner = cause instanceof AggregateError ? cause.errors[0] : cause.cause;
  const copy = new Error(mask(cause.message), { cause: inner && maskedCause(inner, mask, depth + 1) });
  copy.name = cause.name;
  copy.stack = mask(cause.stack ?? "");
  return copy;
}
