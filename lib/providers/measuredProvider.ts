import { isProviderError, type ProviderErrorCode } from "./contract/errors.ts";
import type { BatchProvider } from "./contract/provider.ts";

/** A call that has ended. */
export interface EndedCall {
  /** The provider's name, which is that of the account. */
  account: string;
  call: string;
  outcome: "ok" | ProviderErrorCode | "other";
  seconds: number;
}

interface Stopwatch {
  /** Milliseconds, from any moment on. */
  now(): number;
  ended(call: EndedCall): void;
}

/**
 * The same provider, of which each call is reported when it has ended. Of a list, all pages are one call, which takes as long as
 * the provider was waited for; a file is reported when it is open, before its content is read.
 */
export function measuredProvider(provider: BatchProvider, { now, ended }: Stopwatch): BatchProvider {
  const report = (call: string, outcome: EndedCall["outcome"], ms: number) =>
    ended({ account: provider.name, call, outcome, seconds: ms / 1000 });

  const one = async <T>(call: string, ask: () => Promise<T>): Promise<T> => {
    const begun = now();
    try {
      const answer = await ask();
      report(call, "ok", now() - begun);
      return answer;
    } catch (error) {
      report(call, outcomeOf(error), now() - begun);
      throw error;
    }
  };

  async function* each<T>(call: string, items: AsyncIterable<T>): AsyncGenerator<T> {
    let waited = 0;
    let outcome: EndedCall["outcome"] = "ok";
    let asked = now();
    try {
      for await (const item of items) {
        waited += now() - asked;
        yield item;
        asked = now();
      }
      waited += now() - asked;
    } catch (error) {
      waited += now() - asked;
      outcome = outcomeOf(error);
      throw error;
    } finally {
      report(call, outcome, waited);
    }
  }

  return {
    ...provider,
    check: (...args) => one("check", () => provider.check(...args)),
    uploadInput: (...args) => one("upload_input", () => provider.uploadInput(...args)),
    createBatch: (...args) => one("create_batch", () => provider.createBatch(...args)),
    retrieveBatch: (...args) => one("retrieve_batch", () => provider.retrieveBatch(...args)),
    listBatches: (...args) => each("list_batches", provider.listBatches(...args)),
    cancelBatch: (...args) => one("cancel_batch", () => provider.cancelBatch(...args)),
    openFile: (...args) => one("open_file", () => provider.openFile(...args)),
    listInputFiles: (...args) => each("list_input_files", provider.listInputFiles(...args)),
    deleteFile: (...args) => one("delete_file", () => provider.deleteFile(...args)),
  };
}

/** From a closed list: whatever else may be thrown has no name here. */
function outcomeOf(error: unknown): EndedCall["outcome"] {
  return isProviderError(error) ? error.code : "other";
}
