import { randomUUID } from "node:crypto";
import type { ProviderBatch } from "../../../lib/providers/contract/batch.ts";
import type { LineRequest } from "../../../lib/providers/contract/lines.ts";
import type { BatchProvider, NewBatch } from "../../../lib/providers/contract/provider.ts";
import { openProvider } from "../../../lib/providers/openProvider.ts";

/** Both result files of a batch. */
export interface ResultFiles {
  output: Buffer;
  errors: Buffer;
}

export interface HostileProvider extends BatchProvider {
  /** The result files of every batch, with the ids of its requests, in the order of creation. */
  readonly batches: { id: string; requestIds: string[]; files: ResultFiles }[];
}

const MOST_PIECES = 2_000;

/**
 * A provider in memory: every batch is completed at once, and what its files hold is made up by the test. Lines are
 * written and read as for the real one.
 * @param makeFiles is given the ids of the requests of a batch
 * @param cut the size of the pieces in which a file arrives
 */
export function hostileProvider(makeFiles: (requestIds: string[]) => ResultFiles, cut: number): HostileProvider {
  const { encodeLine, readLine, readRequestId, stateOf, endpoint, capabilities } = openProvider("openai", {
    apiKey: "none",
    baseURL: "http://127.0.0.1:1/v1",
  });
  const files = new Map<string, Buffer>();
  const created = new Map<string, ProviderBatch>();
  const made: HostileProvider["batches"] = [];

  const find = (id: string): ProviderBatch => {
    const batch = created.get(id);
    if (!batch) throw new RangeError(`no batch ${id}`);
    return batch;
  };
  const create = async ({ inputFileId, mark }: NewBatch): Promise<ProviderBatch> => {
    const input = files.get(inputFileId)?.toString("utf8").trim().split("\n") ?? [];
    const requestIds = input.map((line) => (JSON.parse(line) as { custom_id: LineRequest["id"] }).custom_id);
    const results = makeFiles(requestIds);
    const id = `batch_${randomUUID()}`;
    files.set(`${id}_output`, results.output).set(`${id}_error`, results.errors);
    made.push({ id, requestIds, files: results });
    const batch: ProviderBatch = {
      id,
      state: "completed",
      word: "completed",
      inputFileId,
      results: [
        { id: `${id}_output`, holds: "answers" },
        { id: `${id}_error`, holds: "failures" },
      ],
      createdAt: new Date(),
      expiresAt: null,
      counts: { total: requestIds.length, completed: requestIds.length, failed: 0 },
      errors: [],
      mark,
    };
    created.set(id, batch);
    return batch;
  };
  return {
    name: "openai",
    endpoint,
    capabilities,
    encodeLine,
    readRequestId,
    readLine,
    stateOf,
    batches: made,
    check: async () => {},
    uploadInput: async (file) => {
      const parts: Uint8Array[] = [];
      for await (const part of file.open()) parts.push(part);
      const fileId = `file_${randomUUID()}`;
      files.set(fileId, Buffer.concat(parts));
      return { fileId };
    },
    createBatch: create,
    retrieveBatch: async (id) => find(id),
    listBatches: async function* () {
      yield* [...created.values()].reverse();
    },
    cancelBatch: async (id) => find(id),
    openFile: async (id) => {
      const content = files.get(id) ?? Buffer.alloc(0);
      return { bytes: content.length, content: pieces(content, cut) };
    },
    listInputFiles: async function* () {},
    deleteFile: async (id) => void files.delete(id),
    close: async () => {},
  };
}

async function* pieces(content: Buffer, smallest: number): AsyncGenerator<Uint8Array> {
  const size = Math.max(smallest, Math.ceil(content.length / MOST_PIECES));
  for (let start = 0; start < content.length; start += size) yield content.subarray(start, start + size);
}
