import type { ProviderBatch } from "../../../../lib/providers/contract/batch.ts";
import { ProviderError } from "../../../../lib/providers/contract/errors.ts";
import type { BatchProvider } from "../../../../lib/providers/contract/provider.ts";

/** A provider that breaks a promise, as a hasty adapter would, and the promise by which that shows. */
export interface Violation {
  name: string;
  breaks(provider: BatchProvider): BatchProvider;
  caughtBy: string;
}

/** Every batch that it tells of is told differently. */
export function retold(provider: BatchProvider, change: (batch: ProviderBatch) => ProviderBatch): BatchProvider {
  return {
    ...provider,
    createBatch: async (batch) => change(await provider.createBatch(batch)),
    retrieveBatch: async (id) => change(await provider.retrieveBatch(id)),
    cancelBatch: async (id) => change(await provider.cancelBatch(id)),
    listBatches: (since) => mapped(provider.listBatches(since), change),
  };
}

export async function* mapped<T>(items: AsyncIterable<T>, change: (item: T) => T): AsyncGenerator<T> {
  for await (const item of items) yield change(item);
}

/** Every error that a call throws is another one. */
export function failing(provider: BatchProvider, change: (error: ProviderError) => unknown): BatchProvider {
  const within = <A extends unknown[], T>(call: (...args: A) => Promise<T>) => {
    return async (...args: A): Promise<T> => {
      try {
        return await call(...args);
      } catch (error) {
        throw error instanceof ProviderError ? change(error) : error;
      }
    };
  };
  return {
    ...provider,
    check: within(provider.check),
    uploadInput: within(provider.uploadInput),
    createBatch: within(provider.createBatch),
    retrieveBatch: within(provider.retrieveBatch),
    cancelBatch: within(provider.cancelBatch),
    openFile: within(provider.openFile),
    deleteFile: within(provider.deleteFile),
  };
}

export async function* onlyFirst<T>(items: AsyncIterable<T>, most: number): AsyncGenerator<T> {
  let seen = 0;
  for await (const item of items) if (seen++ < most) yield item;
}

export async function* orNothing<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* items;
  } catch {}
}

export async function readAll(items: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of items) parts.push(part);
  return Buffer.concat(parts);
}

export async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}
