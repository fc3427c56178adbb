import { z } from "zod";
import { cleanText } from "../../json.ts";
import { ProviderError } from "../errors.ts";
import type { ProviderBatch, ProviderInputFile } from "../provider.ts";

const YEAR_9999 = 253_402_300_799;

/** All of it may be recorded, and one U+0000 would keep that from succeeding, at every poll. */
const text = z.string().transform(cleanText);
const name = text.pipe(z.string().min(1));
/** An empty string stands for "none" in replies that were seen. */
const fileId = text.nullish().transform((id) => id || null);
const seconds = z
  .number()
  .min(0)
  .max(YEAR_9999)
  .transform((s) => new Date(s * 1000));

/** Counts may lie; they must not break what reads them. */
const count = z.number().int().min(0).max(1_000_000).catch(0);
/** What the provider says of an error is kept in PostgreSQL: of a bounded length, and without U+0000. */
const errorText = z.string().transform((text) => text.slice(0, 500).replaceAll("\0", "").toWellFormed());

const batchShape = z.object({
  id: name,
  status: name,
  input_file_id: text,
  output_file_id: fileId,
  error_file_id: fileId,
  created_at: seconds,
  expires_at: seconds.nullish(),
  request_counts: z.object({ total: count, completed: count, failed: count }).nullish(),
  errors: z
    .object({
      data: z
        .array(
          z.object({
            code: errorText.nullish(),
            message: errorText.nullish(),
            param: errorText.nullish(),
            line: z.number().nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
  metadata: z.record(text, text).nullish(),
});

const pageShape = z.object({ data: z.array(z.unknown()), has_more: z.boolean() });

const listedFileShape = z.object({ id: name, filename: text });
const deletionShape = z.object({ deleted: z.literal(true) });
const fileShape = z.object({ id: name, bytes: z.number().int().nonnegative() });

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

/** Checks that a file is gone: recovery relies on it, and a page of HTML with status 200 says nothing of the kind. */
export function readDeletion(doing: string, reply: unknown): void {
  read(doing, deletionShape, reply);
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
