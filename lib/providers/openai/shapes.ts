import { cleanText } from "../../json.ts";
import type { ProviderBatch, ProviderBatchError, ResultRef } from "../contract/batch.ts";
import { ProviderError, type ProviderErrorCode } from "../contract/errors.ts";
import type { Fault } from "../contract/fault.ts";
import type { ProviderInputFile } from "../contract/provider.ts";
import { describePage, isMarkup, titleOf } from "./errorReply.ts";
import { asCount, asFields, asId, asList, asNumber, asText, asTime, type Fields, isBlank, unwrap } from "./fields.ts";
import { labelIn, markIn } from "./marks.ts";
import { oneLine } from "./oneLine.ts";
import { readLimit } from "./readLimit.ts";
import { readWords } from "./readWords.ts";
import { readStatus, stateOf } from "./states.ts";
import { whoseFault } from "./whoseFault.ts";

const MOST_ERRORS = 100_000;
const MAX_ERROR = 500;
const MAX_VALUE = 512;

/** One page of a list. What cannot be read is left out; the cursor is the id of the last item, whatever that is. */
export interface Page<Item> {
  items: Item[];
  /** Null where the server does not say. */
  hasMore: boolean | null;
  cursor: string | null;
  /** How many rows it had, those included that are left out. */
  rows: number;
}

/** Reads a Batch object: a 200 with HTML arrives as a string, a proxy may answer anything. */
export function readBatch(doing: string, reply: unknown): ProviderBatch {
  return toBatch(reply) ?? refuse(doing, reply, "it is not a batch with an id and a status");
}

/** Reads a page of the list of batches. */
export function readBatchPage(doing: string, reply: unknown): Page<ProviderBatch> {
  return readPage(doing, reply, toBatch);
}

/** Reads a page of the list of files. */
export function readFilePage(doing: string, reply: unknown): Page<ProviderInputFile> {
  return readPage(doing, reply, (row) => {
    const file = unwrap(row, ({ id }) => asText(id) !== null);
    const id = asText(file?.id);
    const fileName = asText(file?.filename ?? file?.name, MAX_VALUE);
    if (id === null || fileName === null) return null;
    return { id, label: labelIn(fileName), createdAt: asTime(file?.created_at) };
  });
}

/** Reads a File object. A size of 0, or one that is none, is no size: it is stated of files that have content, too. */
export function readFileObject(doing: string, reply: unknown): { id: string; bytes: number | null } {
  const file = unwrap(reply, (fields) => asText(fields.id ?? fields.file_id) !== null);
  const id = asText(file?.id ?? file?.file_id) ?? refuse(doing, reply, "it is not a file with an id");
  const bytes = asNumber(file?.bytes);
  return { id, bytes: bytes !== null && Number.isSafeInteger(bytes) && bytes > 0 ? bytes : null };
}

/** Whether it says that a file is gone. */
export function readDeletion(reply: unknown): boolean {
  const deletion = asFields(reply);
  return toBoolean(deletion?.deleted) === true || deletion?.status === "deleted";
}

const isBatch = ({ id, batch_id, status, state }: Fields): boolean =>
  asText(id ?? batch_id) !== null && readStatus(status ?? state) !== null;

function toBatch(given: unknown): ProviderBatch | null {
  const batch = unwrap(given, isBatch);
  const id = asText(batch?.id ?? batch?.batch_id);
  const word = readStatus(batch?.status ?? batch?.state);
  if (!batch || id === null || word === null) return null;
  const counts = asFields(batch.request_counts);
  const { total, completed, failed } = counts ?? {};
  return {
    id,
    state: stateOf(word),
    word,
    inputFileId: asId(batch.input_file_id),
    results: toResults(batch),
    createdAt: asTime(batch.created_at),
    expiresAt: asTime(batch.expires_at),
    counts: { total: toCount(total), completed: toCount(completed), failed: toCount(failed) },
    errors: toErrors(isBlank(batch.errors) ? batch.error : batch.errors),
    mark: markIn(toMetadata(batch.metadata)),
  };
}

function toResults({ output_file_id, error_file_id }: Fields): ResultRef[] {
  const [output, error] = [asId(output_file_id), asId(error_file_id)];
  return [
    ...(output === null ? [] : [{ id: output, holds: "answers" } as const]),
    ...(error === null ? [] : [{ id: error, holds: "failures" } as const]),
  ];
}

/** Counts may lie; they must not break what reads them. */
function toCount(value: unknown): number {
  return Math.min(asCount(value) ?? 0, 1_000_000);
}

/** A list, bare or in `data`, of errors in whatever shape; what says nothing is none. */
function toErrors(errors: unknown): ProviderBatchError[] {
  const fields = Array.isArray(errors) ? null : asFields(errors);
  const list = fields?.data ?? fields?.errors ?? fields?.value ?? errors;
  const read = asList(list);
  const items = read.length === 0 && typeof list === "string" ? [list] : read;
  return items.slice(0, MOST_ERRORS).flatMap((item) => {
    const words = readWords(item);
    if (!words) return [];
    const { line: number, line_number } = asFields(item) ?? {};
    const said = { ...words, code: words.code ?? words.type ?? "unknown", message: words.message.slice(0, MAX_ERROR) };
    const { code, param, message } = said;
    const line = asCount(number ?? line_number) || null;
    return [{ line, fault: whoseFault(said), limit: readLimit(said), code, param, message }];
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

/** Where servers keep the rows of a list. */
const ROWS = ["data", "value", "items", "results", "result", "batches", "files"];

function readPage<Item>(doing: string, reply: unknown, read: (row: unknown) => Item | null): Page<Item> {
  const { list, data } = findRows(reply);
  if (!data) refuse(doing, reply, "it is not a list");
  const fields = data.map(asFields);
  const last = fields.map((row) => asText(row?.id)).findLast((id) => id !== null);
  const cursor = data.length === 0 ? null : (last ?? asText(list?.last_id));
  const items = data.map(read).filter((item) => item !== null);
  return { items, hasMore: toBoolean(list?.has_more), cursor, rows: data.length };
}

/** The rows of a list, and the object that holds them; no rows where it is none: none found would mean "create again". */
function findRows(reply: unknown, deep = 1): { list: Fields | null; data: readonly unknown[] | null } {
  if (Array.isArray(reply)) return { list: null, data: reply };
  const list = asFields(reply);
  if (!list) return { list, data: typeof reply === "string" ? asRows(reply) : null };
  for (const name of ROWS) {
    const rows = asRows(list[name]);
    if (rows) return { list, data: rows };
    const inner = deep > 0 && asFields(list[name]) ? findRows(list[name], deep - 1) : null;
    if (inner?.data) return inner;
  }
  return { list, data: isEmptyList(list) ? [] : null };
}

/** A list, itself or as JSON in a string. */
function asRows(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value;
  return typeof value === "string" && value.trim().startsWith("[") ? asList(value) : null;
}

/** Some write an empty list as null, as an empty object, or not at all. Only what is a list without a doubt may do so. */
function isEmptyList(list: Fields): boolean {
  const isList = list.object === "list" || list.has_more !== undefined || "first_id" in list || "data" in list;
  const isSaid = !isBlank(list.error) || !isBlank(list.message) || !isBlank(list.code) || list.success === false;
  return isList && !isSaid && ROWS.every((name) => isBlank(list[name]));
}

/** Null for what says neither yes nor no. */
function toBoolean(value: unknown): boolean | null {
  if (typeof value === "object") return null;
  const text = String(value).trim().toLowerCase();
  if (text === "true" || text === "1") return true;
  return text === "false" || text === "0" ? false : null;
}

/** What an error under a good status can say of the account; whether the call had an effect is unknown all the same. */
const OF_ACCOUNT: Partial<Record<Fault, ProviderErrorCode>> = {
  credit: "provider_quota_exhausted",
  access: "provider_key_refused",
  storage: "provider_storage_full",
};

function refuse(doing: string, reply: unknown, why: string): never {
  const words = readWords(asFields(reply));
  if (words) {
    const code = OF_ACCOUNT[whoseFault(words)] ?? "provider_unreachable";
    const said = oneLine(words.message || words.code || "no reason was given", MAX_ERROR);
    throw new ProviderError(code, `An error came with a good status while ${doing}: ${said}`);
  }
  const page = typeof reply === "string" && isMarkup(reply) ? describePage(titleOf(reply)) : null;
  const message = page === null ? `has not the shape that was agreed: ${why}.` : `is none of the provider's: ${page}`;
  throw new ProviderError("provider_unreachable", `The reply on ${doing} ${message}`);
}
