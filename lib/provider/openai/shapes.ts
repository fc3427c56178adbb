import { cleanText } from "../../json.ts";
import { ProviderError } from "../errors.ts";
import type { ProviderBatch, ProviderBatchError, ProviderInputFile } from "../provider.ts";
import { describePage, isMarkup, titleOf } from "./errorReply.ts";
import { asCount, asFields, asList, asNumber, asText, asTime, type Fields } from "./fields.ts";
import { readWords } from "./readWords.ts";

const MOST_ERRORS = 100_000;
const MAX_ERROR = 500;
const MAX_VALUE = 512;

/** One page of a list. What cannot be read is left out; the cursor is the id of the last item, whatever that is. */
export interface Page<Item> {
  items: Item[];
  /** Null where the server does not say. */
  hasMore: boolean | null;
  cursor: string | null;
}

/** Reads a Batch object: a 200 with HTML arrives as a string, a proxy may answer anything. */
export function readBatch(doing: string, reply: unknown): ProviderBatch {
  return toBatch(asFields(reply)) ?? refuse(doing, reply, "it is not a batch with an id and a status");
}

/** Reads a page of the list of batches. */
export function readBatchPage(doing: string, reply: unknown): Page<ProviderBatch> {
  return readPage(doing, reply, toBatch);
}

/** Reads a page of the list of files. */
export function readFilePage(doing: string, reply: unknown): Page<ProviderInputFile> {
  return readPage(doing, reply, (file) => {
    const id = asText(file?.id);
    const fileName = asText(file?.filename ?? file?.name, MAX_VALUE);
    return id === null || fileName === null ? null : { id, fileName, createdAt: asTime(file?.created_at) };
  });
}

/** Reads a File object. A size of 0, or one that is none, is no size: it is stated of files that have content, too. */
export function readFileObject(doing: string, reply: unknown): { id: string; bytes: number | null } {
  const file = asFields(reply);
  const id = asText(file?.id) ?? refuse(doing, reply, "it is not a file with an id");
  const bytes = asNumber(file?.bytes);
  return { id, bytes: bytes !== null && Number.isSafeInteger(bytes) && bytes > 0 ? bytes : null };
}

/** Whether it says that a file is gone. */
export function readDeletion(reply: unknown): boolean {
  const deletion = asFields(reply);
  return isTrue(deletion?.deleted) || deletion?.status === "deleted";
}

function toBatch(batch: Fields | null): ProviderBatch | null {
  const id = asText(batch?.id);
  const status = toStatus(batch?.status);
  if (!batch || id === null || status === null) return null;
  const counts = asFields(batch.request_counts);
  const { total, completed, failed } = counts ?? {};
  return {
    id,
    status,
    inputFileId: asText(batch.input_file_id),
    outputFileId: asText(batch.output_file_id),
    errorFileId: asText(batch.error_file_id),
    createdAt: asTime(batch.created_at),
    expiresAt: asTime(batch.expires_at),
    counts: { total: toCount(total), completed: toCount(completed), failed: toCount(failed) },
    errors: toErrors(batch.errors),
    metadata: toMetadata(batch.metadata),
  };
}

/** `Validating`, `IN_PROGRESS`, `in progress` and `InProgress` are words for the same as `in_progress` and the like. */
function toStatus(value: unknown): string | null {
  const text = asText(value, 50)
    ?.replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .replaceAll(/[\s-]+/g, "_")
    .toLowerCase();
  if (text === "canceled") return "cancelled";
  return text === "canceling" ? "cancelling" : (text ?? null);
}

/** Counts may lie; they must not break what reads them. */
function toCount(value: unknown): number {
  return Math.min(asCount(value) ?? 0, 1_000_000);
}

/** A list, bare or in `data`, of errors in whatever shape; what says nothing is none. */
function toErrors(errors: unknown): ProviderBatchError[] {
  const fields = asFields(errors);
  const isWrapped = !Array.isArray(errors) && fields !== null && "data" in fields;
  const list = isWrapped ? fields.data : errors;
  const items = typeof list === "string" ? [list] : asList(list);
  return items.slice(0, MOST_ERRORS).flatMap((item) => {
    const words = readWords(item);
    if (!words) return [];
    const line = asCount(asFields(item)?.line) || null;
    return [
      { ...words, code: words.code ?? words.type ?? "unknown", message: words.message.slice(0, MAX_ERROR), line },
    ];
  });
}

/** Its texts, and numbers as texts: ours hold nothing else. */
function toMetadata(metadata: unknown): Record<string, string> {
  const entries = Object.entries(asFields(metadata) ?? {});
  return Object.fromEntries(
    entries.flatMap(([key, value]) => {
      const text = asText(value, MAX_VALUE);
      return text === null ? [] : [[cleanText(key), text]];
    }),
  );
}

function readPage<Item>(doing: string, reply: unknown, read: (item: Fields | null) => Item | null): Page<Item> {
  const list = Array.isArray(reply) ? { data: reply } : asFields(reply);
  const data = list && ("data" in list ? list.data : list.value);
  // Only a list may be empty by being null: none found means "create again".
  const isEmpty = data === null && (list?.object === "list" || list?.has_more !== undefined);
  if (!isEmpty && (typeof data !== "object" || data === null)) refuse(doing, reply, "it is not a list");
  const items = asList(data).map(asFields);
  const last = items.map((item) => asText(item?.id)).findLast((id) => id !== null);
  const cursor = items.length === 0 ? null : (last ?? asText(list?.last_id));
  const hasMore = list?.has_more === undefined || list.has_more === null ? null : isTrue(list.has_more);
  return { items: items.map(read).filter((item) => item !== null), hasMore, cursor };
}

function isTrue(value: unknown): boolean {
  return value === true || value === 1 || (typeof value === "string" && value.trim().toLowerCase() === "true");
}

function refuse(doing: string, reply: unknown, why: string): never {
  const page = typeof reply === "string" && isMarkup(reply) ? describePage(titleOf(reply)) : null;
  const message = page === null ? `has not the shape that was agreed: ${why}.` : `is none of the provider's: ${page}`;
  throw new ProviderError("provider_unreachable", `The reply on ${doing} ${message}`);
}
