import { z } from "zod";
import { ProviderError } from "../errors.ts";
import type { ProviderBatch, ProviderInputFile } from "../provider.ts";

/** An empty string stands for "none" in replies that were seen. */
const fileId = z
  .string()
  .nullish()
  .transform((id) => id || null);
const seconds = z.number().transform((s) => new Date(s * 1000));

const batchShape = z.object({
  id: z.string().min(1),
  status: z.string().min(1),
  input_file_id: z.string(),
  output_file_id: fileId,
  error_file_id: fileId,
  created_at: seconds,
  expires_at: seconds.nullish(),
  request_counts: z.object({ total: z.number(), completed: z.number(), failed: z.number() }).nullish(),
  errors: z
    .object({
      data: z
        .array(
          z.object({
            code: z.string().nullish(),
            message: z.string().nullish(),
            param: z.string().nullish(),
            line: z.number().nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
});

const pageShape = z.object({ data: z.array(z.unknown()), has_more: z.boolean() });

const listedFileShape = z.object({ id: z.string().min(1), filename: z.string() });
const fileShape = z.object({ id: z.string().min(1), bytes: z.number().int().nonnegative() });

/** Checks a Batch object: a 200 with HTML arrives as a string, a proxy may answer anything. */
export function readBatch(doing: string, reply: unknown): ProviderBatch {
  const batch = read(doing, batchShape, reply);
  return {
    id: batch.id,
    status: batch.status,
    inputFileId: batch.input_file_id,
    outputFileId: batch.output_file_id,
    errorFileId: batch.error_file_id,
    createdAt: batch.created_at,
    expiresAt: batch.expires_at ?? null,
    counts: batch.request_counts ?? { total: 0, completed: 0, failed: 0 },
    errors: (batch.errors?.data ?? []).map((error) => ({
      code: error.code ?? "unknown",
      message: error.message ?? "",
      param: error.param ?? null,
      line: error.line ?? null,
    })),
    metadata: batch.metadata ?? {},
  };
}

/** Checks a page of the list of batches. */
export function readBatchPage(doing: string, reply: unknown): { batches: ProviderBatch[]; hasMore: boolean } {
  const page = read(doing, pageShape, reply);
  return { batches: page.data.map((item) => readBatch(doing, item)), hasMore: page.has_more };
}

/** Checks a page of the list of files. */
export function readFilePage(doing: string, reply: unknown): { files: ProviderInputFile[]; hasMore: boolean } {
  const page = read(doing, pageShape, reply);
  const files = page.data.map((item) => read(doing, listedFileShape, item));
  return { files: files.map(({ id, filename }) => ({ id, fileName: filename })), hasMore: page.has_more };
}

export function readFileObject(doing: string, reply: unknown): { id: string; bytes: number } {
  return read(doing, fileShape, reply);
}

function read<Shape extends z.ZodType>(doing: string, shape: Shape, reply: unknown): z.output<Shape> {
  const result = shape.safeParse(reply);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join(".") || "reply"}: ${issue.code}`).join(", ");
  throw new ProviderError(
    "provider_unreachable",
    `The reply on ${doing} has not the shape that was agreed (${faults})`,
  );
}
