import { keptOf } from "../csv/rawText.ts";
import type { BadRow, ImportRow } from "../row.ts";
import { NO_TRANSCRIPTS, type TranscriptCounts } from "./counts.ts";
import type { FoundTranscript } from "./decodeTranscript.ts";
import type { TranscriptFetcher } from "./fetchFromUrl.ts";
import { nameTranscript } from "./nameTranscript.ts";
import type { TranscriptFolder } from "./readFromFolder.ts";
import type { TranscriptReader } from "./readHead.ts";
import { type TranscriptWarning, warningsOf } from "./warningsOf.ts";

export interface TranscriptSources {
  folder: TranscriptFolder | undefined;
  /** Undefined: the addresses of the rows are not asked. */
  fetch: TranscriptFetcher | undefined;
  /** What relative addresses are relative to: where the company's CSV lies. */
  base: string | undefined;
  reader: TranscriptReader;
}

export interface Sought {
  /** With its transcript, as it is if there is none, or bad if it should have one that cannot be had. */
  row: ImportRow | BadRow;
  counts: TranscriptCounts;
  warnings: readonly TranscriptWarning[];
}

/**
 * Looks for a row's transcript, in the folder before its address. One that is gone costs the row nothing.
 * @param isHere an earlier import has brought it, for this very row: its address need not be asked
 */
export async function findTranscript(row: ImportRow, sources: TranscriptSources, isHere: boolean): Promise<Sought> {
  const named = nameTranscript(row.raw.fullTranscriptUrl, sources.base);
  const counts = { ...NO_TRANSCRIPTS, named: named ? 1 : 0 };
  const inFolder = await sources.folder?.find(row.id);
  const isBlank = inFolder && "text" in inFolder && inFolder.text === null;
  if (inFolder && !(isBlank && named)) return judge(row, inFolder, counts, sources.reader);
  if (!named) return { row, counts, warnings: [] };
  if (isHere && sources.fetch) return { row, counts: { ...counts, found: 1, used: 1 }, warnings: [] };
  const skipped = { ...counts, skipped: 1 };
  if ("warning" in named) return { row, counts: skipped, warnings: [{ code: named.warning }] };
  if (!sources.fetch) return { row, counts: skipped, warnings: [{ code: "transcript_not_fetched" }] };
  return judge(row, await sources.fetch(named.url), counts, sources.reader);
}

function judge(row: ImportRow, found: FoundTranscript, counts: TranscriptCounts, reader: TranscriptReader): Sought {
  const skipped = { ...counts, skipped: 1 };
  if ("isGone" in found) return { row, counts: skipped, warnings: [{ code: "transcript_gone" }] };
  if ("code" in found) {
    const { code, reason } = found;
    const wasThere = code === "transcript_unavailable" ? 0 : 1;
    const bad = { line: row.line, code, reason, ...keptOf(row.text ?? "") };
    return { row: bad, counts: { ...skipped, found: wasThere }, warnings: [] };
  }
  if (found.text === null) return { row, counts: { ...skipped, found: 1 }, warnings: [{ code: "transcript_empty" }] };
  const warnings = warningsOf(found.text, reader);
  const isSilent = warnings.some(({ code }) => code === "transcript_without_speakers");
  return {
    row: { ...row, transcript: found.text, size: row.size + found.text.length },
    counts: { ...counts, found: 1, used: 1, withoutSpeakers: isSilent ? 1 : 0 },
    warnings,
  };
}
