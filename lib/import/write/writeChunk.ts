import { type Database, inTransaction, type Sql } from "../../db/pool.ts";
import { findErased } from "../erased.ts";
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
  /** The lines of sessions that were erased: they are left out. */
  erased: number[];
}

/** Writes the new sessions of a chunk in one transaction, with their messages and requests; sorts the other rows. */
export async function writeChunk(db: Database, scope: WriteScope, rows: readonly ImportRow[]): Promise<WrittenChunk> {
  return retryConflicts(() =>
    inTransaction(db, async (tx) => {
      await lockCompanyImport(tx, scope.companyId);
      const { rest, erased } = await leaveOutErased(tx, scope.companyId, rows);
      const ids = [...new Set(rest.map((row) => row.id))];
      const { fresh, known } = sort(scope, rest, await readContentHashes(tx, scope.companyId, ids));
      await insertSessions(tx, scope, fresh);
      return { imported: fresh.length, known, similar: await findSimilarIds(tx, scope.companyId, fresh), erased };
    }),
  );
}

/** The rows without those of erased sessions, and the lines of these. */
export async function leaveOutErased(sql: Sql, companyId: string, rows: readonly ImportRow[]) {
  const erased = await findErased(sql, companyId, [...new Set(rows.map(({ id }) => id))]);
  return {
    rest: rows.filter(({ id }) => !erased.has(id)),
    erased: rows.flatMap(({ id, line }) => (erased.has(id) ? [line] : [])),
  };
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
