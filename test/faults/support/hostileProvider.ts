import { randomUUID } from "node:crypto";
import { SHAPES, type ShapeName } from "../../../emulator/shape/shapes.ts";
import type { ProviderBatch } from "../../../lib/providers/contract/batch.ts";
import type { LineRequest } from "../../../lib/providers/contract/lines.ts";
import type { BatchProvider, NewBatch } from "../../../lib/providers/contract/provider.ts";
import { metadataOf } from "../../../lib/providers/openai/marks.ts";
import { readBatch } from "../../../lib/providers/openai/shapes.ts";
import { openProvider } from "../../../lib/providers/openProvider.ts";
import { BATCH, refusedBatch, showAs } from "./hostileDocuments.ts";

/** Both result files of a batch, or the code of the reason for which it is refused. */
export interface ResultFiles {
  output: Buffer;
  errors: Buffer;
  refusal?: string | undefined;
}

export interface HostileProvider extends BatchProvider {
  /** The result files of every batch, with the ids of its requests, in the order of creation. */
  readonly batches: { id: string; requestIds: string[]; files: ResultFiles }[];
}

const MOST_PIECES = 2_000;

/** How the provider is, and what it is to serve. */
export interface HostileProviderParts {
  shape: ShapeName;
  /** What its account is recorded as. */
  name: string;
  /** Is given the ids of the requests of a batch, and how many batches there have been before. */
  serve(requestIds: string[], made: number): ResultFiles;
  /** The size of the pieces in which a file arrives. */
  cut: number;
}

/**
 * A provider in memory: every batch is completed or refused at once, and what its files hold is made up by the test. Lines are
 * written and read, and batches shown and read, as for the real one.
 */
export function hostileProvider({ shape, name, serve, cut }: HostileProviderParts): HostileProvider {
  const { encodeLine, readLine, readRequestId, stateOf, endpoint, capabilities } = openProvider(shape, {
    apiKey: "none",
    baseURL: "http://127.0.0.1:1/v1",
  });
  const { writesEmptyFiles } = SHAPES[shape];
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
    const results = serve(requestIds, made.length);
    const id = `batch_${randomUUID()}`;
    files.set(`${id}_output`, results.output).set(`${id}_error`, results.errors);
    made.push({ id, requestIds, files: results });
    const isNamed = (file: Buffer) => file.length > 0 || (writesEmptyFiles && !results.refusal);
    const shown = showAs(shape, {
      ...(results.refusal ? refusedBatch(results.refusal) : { ...BATCH, errors: null }),
      id,
      input_file_id: inputFileId,
      output_file_id: isNamed(results.output) ? `${id}_output` : null,
      error_file_id: isNamed(results.errors) ? `${id}_error` : null,
      created_at: Math.floor(Date.now() / 1_000),
      request_counts: { total: requestIds.length, completed: requestIds.length, failed: 0 },
      metadata: metadataOf(mark),
    });
    const batch = { ...readBatch("creating a batch", shown), expiresAt: null };
    created.set(id, batch);
    return batch;
  };
  return {
    name,
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
