import type { Database } from "../db/pool.ts";
import { CHUNK_BYTES, TRANSCRIPT_CONCURRENCY } from "./limits.ts";
import { mapInOrder } from "./mapInOrder.ts";
import { emptyChunk, type ReadChunk } from "./readChunks.ts";
import { type ImportRow, isBadRow } from "./row.ts";
import { addTranscripts, NO_TRANSCRIPTS } from "./transcripts/counts.ts";
import { findTranscript, type TranscriptSources } from "./transcripts/findTranscript.ts";
import { isSameWithTranscript } from "./write/contentHash.ts";
import { readContentHashes } from "./write/scope.ts";

/**
 * The same chunks with transcripts, cut smaller where these are large. A row that is unchanged since its transcript came
 * does not have it fetched again: a session that is over does not change, and a thousand fetches would show nothing.
 * At the end stand the files of the folder that belong to no row.
 */
export async function* withTranscripts(
  db: Database,
  companyId: string,
  chunks: AsyncIterable<ReadChunk>,
  sources: TranscriptSources,
): AsyncGenerator<ReadChunk> {
  let bytes = 0;
  for await (const chunk of chunks) {
    const ids = chunk.rows.map((row) => row.id);
    const hashes = sources.fetch ? await readContentHashes(db, companyId, ids) : new Map<string, string>();
    const found = mapInOrder(chunk.rows, TRANSCRIPT_CONCURRENCY, (row) =>
      findTranscript(row, sources, isSameWithTranscript(row, hashes.get(row.id) ?? "")),
    );
    let part = { ...chunk, rows: [] as ImportRow[] };
    let size = 0;
    for await (const { row, counts, warnings } of found) {
      if (isBadRow(row)) part.bad.push(row);
      else part.rows.push(row);
      addTranscripts(part.transcripts, counts);
      for (const { code, what } of warnings) part.warnings.addLine(code, row.line, what);
      size += isBadRow(row) ? row.raw.length : row.size;
      if (size < CHUNK_BYTES) continue;
      yield part;
      part = emptyChunk(chunk.bytes);
      size = 0;
    }
    yield part;
    bytes = chunk.bytes;
  }
  const last = emptyChunk(bytes);
  for (const name of sources.folder?.unmatched() ?? []) {
    addTranscripts(last.transcripts, { ...NO_TRANSCRIPTS, found: 1, skipped: 1 });
    last.warnings.add("transcript_file_unmatched", name);
  }
  yield last;
}
