import { rawText } from "../csv/rawText.ts";
import type { BadRow, ImportRow } from "../row.ts";
import type { FoundTranscript } from "./decodeTranscript.ts";
import type { TranscriptFetcher } from "./fetchFromUrl.ts";
import type { TranscriptFolder } from "./readFromFolder.ts";

export interface TranscriptSources {
  folder: TranscriptFolder | undefined;
  /** Undefined: the URLs of the rows are not asked. */
  fetch: TranscriptFetcher | undefined;
}

/** The row with its transcript, from the folder before the URL; as it is if there is none; or bad if it cannot be had. */
export async function findTranscript(row: ImportRow, sources: TranscriptSources): Promise<ImportRow | BadRow> {
  const inFolder = sources.folder ? await sources.folder(row.id) : { text: null };
  const found = "code" in inFolder || inFolder.text !== null ? inFolder : await fromUrl(row, sources.fetch);
  if ("code" in found) return { line: row.line, ...found, raw: rawText(row.text ?? "") };
  if (found.text === null) return row;
  return { ...row, transcript: found.text, size: row.size + found.text.length };
}

async function fromUrl(row: ImportRow, fetch: TranscriptFetcher | undefined): Promise<FoundTranscript> {
  const url = row.raw.fullTranscriptUrl?.trim() ?? "";
  if (!fetch || !/^https?:\/\//i.test(url)) return { text: null };
  return fetch(url);
}
