import type { Database } from "../../db/pool.ts";
import type { ImportRow } from "../row.ts";
import type { WriteScope } from "./scope.ts";
import { type ChangedCount, updateSessions } from "./updateSessions.ts";
import { type WrittenChunk, writeChunk } from "./writeChunk.ts";

/** What becomes of good rows: they are written, or only counted. */
export interface SessionWriter {
  /** The new sessions of a chunk; the rows of known ones are handed back. */
  write(rows: readonly ImportRow[]): Promise<WrittenChunk>;
  /** Known sessions that their newest rows change. */
  change(rows: readonly ImportRow[]): Promise<ChangedCount>;
}

export function databaseWriter(db: Database, scope: WriteScope): SessionWriter {
  return {
    write: (rows) => writeChunk(db, scope, rows),
    change: (rows) => updateSessions(db, scope, rows),
  };
}
