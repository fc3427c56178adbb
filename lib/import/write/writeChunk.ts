import { type Database, inTransaction } from "../../db/pool.ts";
import type { ImportRow } from "../row.ts";
import { contentHashOf, isSame } from "./contentHash.ts";
import { insertSessions } from "./insertSessions.ts";
import { retryConflicts } from "./retryConflicts.ts";
import { lockCompanyImport, readContentHashes, type WriteScope } from "./scope.ts";
import { findSimilarIds } from "./similarIds.ts";

export interface WrittenChunk {
  /** New sessions, written. */
  imported: number;
  /** The newest row of each known session, in order: what is there must be changed to it; null if it is that already. */
  known: Map<string, ImportRow | null>;
  /** The lines of new sessions whose ids differ from those of others in capitals or spaces alone. */
  similar: number[];
}

/** Writes the new sessions of a chunk in one transaction, with their messages and requests; sorts the other rows. */
export async function writeChunk(db: Database, scope: WriteScope, rows: readonly ImportRow[]): Promise<WrittenChunk> {
  return retryConflicts(() =>
    inTransaction(db, async (tx) => {
      await lockCompanyImport(tx, scope.companyId);
      const ids = [...new Set(rows.map((row) => row.id))];
      const { fresh, known } = sort(scope, rows, await readContentHashes(tx, scope.companyId, ids));
      await insertSessions(tx, scope, fresh);
      return { imported: fresh.length, known, similar: await findSimilarIds(tx, scope.companyId, fresh) };
    }),
  );
}

/** Which rows are of new sessions, and which of known ones, by the hashes of these; the new ones' are added. */
export function sort({ roleWords }: WriteScope, rows: readonly ImportRow[], hashes: Map<string, string>) {
  const fresh: ImportRow[] = [];
  const known: WrittenChunk["known"] = new Map();
  for (const row of rows) {
    const hash = hashes.get(row.id);
    if (hash === undefined) {
      fresh.push(row);
      hashes.set(row.id, contentHashOf(row.rowHash, row.transcript, roleWords));
    } else {
      known.set(row.id, isSame(row, hash, roleWords) ? null : row);
    }
  }
  return { fresh, known };
}
