import type { Database } from "../db/pool.ts";
import { CHUNK_BYTES, TRANSCRIPT_CONCURRENCY } from "./limits.ts";
import { mapInOrder } from "./mapInOrder.ts";
import type { ReadChunk } from "./readChunks.ts";
import { isBadRow } from "./row.ts";
import { findTranscript, type TranscriptSources } from "./transcripts/findTranscript.ts";
import { isSameWithTranscript } from "./write/contentHash.ts";
import { readContentHashes } from "./write/scope.ts";

/**
 * The same chunks with transcripts, cut smaller where these are large. A row that is unchanged since its transcript came
 * does not have it fetched again: a session that is over does not change, and a thousand fetches would show nothing.
 */
export async function* withTranscripts(
  db: Database,
  companyId: string,
  chunks: AsyncIterable<ReadChunk>,
  sources: TranscriptSources,
): AsyncGenerator<ReadChunk> {
  for await (const chunk of chunks) {
    if (!sources.folder && !sources.fetch) {
      yield chunk;
      continue;
    }
    const ids = chunk.rows.map((row) => row.id);
    const hashes = sources.fetch ? await readContentHashes(db, companyId, ids) : new Map<string, string>();
    const found = mapInOrder(chunk.rows, TRANSCRIPT_CONCURRENCY, (row) => {
      const fetched = isSameWithTranscript(row, hashes.get(row.id) ?? "");
      return findTranscript(row, fetched ? { folder: sources.folder, fetch: undefined } : sources);
    });
    let part: ReadChunk = { rows: [], bad: chunk.bad, bytes: chunk.bytes };
    let size = 0;
    for await (const row of found) {
      if (isBadRow(row)) part.bad.push(row);
      else part.rows.push(row);
      size += isBadRow(row) ? row.raw.length : row.size;
      if (size < CHUNK_BYTES) continue;
      yield part;
      part = { rows: [], bad: [], bytes: chunk.bytes };
      size = 0;
    }
    yield part;
  }
}
