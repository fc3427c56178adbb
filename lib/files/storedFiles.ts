import { after } from "../clock.ts";
import type { Context } from "../context.ts";
import { inTransaction, type Sql, type Transaction } from "../db/pool.ts";
import { bool, bytes, int, known, nullable, statement, text, timestamp } from "../db/statement.ts";
import { UNFINISHED } from "../jobs/job.ts";

// A file waits in the database, in pieces: whichever process works on it, on whichever machine, finds it there.

const PART_BYTES = 1_000_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A file, and whose it is: with the company it goes, too. */
export interface StoredFile {
  id: string;
  companyId: string | null;
}

/**
 * Stores what arrives, a piece in each transaction: it takes a connection for each of them alone.
 * @param alongside what else is written with a piece; what it throws keeps the piece from being stored
 * @throws whatever the body has been ended with; what was stored until then stays
 */
export async function storeFile(
  ctx: Context,
  file: StoredFile,
  body: AsyncIterable<Uint8Array>,
  alongside: (tx: Transaction) => Promise<void> = async () => {},
): Promise<void> {
  let parts = 0;
  let gathered: Uint8Array[] = [];
  let size = 0;
  const store = async () => {
    const part = { fileId: file.id, index: parts++, companyId: file.companyId, bytes: Buffer.concat(gathered) };
    await inTransaction(ctx.db, async (tx) => {
      await STORE.run(tx, { ...part, now: ctx.clock.now() });
      await alongside(tx);
    });
    [gathered, size] = [[], 0];
  };
  for await (const piece of body) {
    for (let at = 0; at < piece.byteLength; ) {
      const taken = piece.subarray(at, at + PART_BYTES - size);
      gathered.push(taken);
      size += taken.byteLength;
      at += taken.byteLength;
      if (size === PART_BYTES) await store();
    }
  }
  if (size > 0 || parts === 0) await store();
}

/** The pieces of a file in their order; none if it is not there. */
export async function* readFile(sql: Sql, fileId: string): AsyncGenerator<Uint8Array> {
  for (let index = 0; ; index++) {
    const part = await READ.first(sql, { fileId, index });
    if (!part) return;
    yield part.bytes;
  }
}

export async function removeFile(sql: Sql, fileId: string): Promise<void> {
  await REMOVE.run(sql, { fileId });
}

export async function isFileThere(sql: Sql, fileId: string): Promise<boolean> {
  return (await IS_THERE.first(sql, { fileId }))?.isThere ?? false;
}

/** Removes files of which nothing came for an hour and that have no job, and those whose job ended, a day after they came. */
export function removeOldFiles(ctx: Context): Promise<number> {
  const { clock } = ctx;
  return REMOVE_OLD.run(ctx.db, { brokenOffBefore: after(clock, -HOUR_MS), before: after(clock, -DAY_MS) });
}

/** Removes what could still hold what a company has erased: exports of its rows that are done, and its uploads that failed. */
export function removeFilesOf(tx: Transaction, companyId: string): Promise<number> {
  return REMOVE_OF.run(tx, { companyId });
}

const STORE = statement({
  sql: `INSERT INTO "FilePart" ("fileId", "index", "companyId", "bytes", "createdAt") VALUES ($1, $2, $3, $4, $5)`,
  params: { fileId: text, index: int, companyId: nullable(text), bytes, now: timestamp },
});

const READ = statement({
  sql: `SELECT "bytes" FROM "FilePart" WHERE "fileId" = $1 AND "index" = $2`,
  params: { fileId: text, index: int },
  row: { bytes },
});

const REMOVE = statement({ sql: `DELETE FROM "FilePart" WHERE "fileId" = $1`, params: { fileId: text } });

const IS_THERE = statement({
  sql: `SELECT EXISTS (SELECT 1 FROM "FilePart" WHERE "fileId" = $1) AS "isThere"`,
  params: { fileId: text },
  row: { isThere: known(bool) },
});

/** The job of a file is about it, and no other thing has the same id. */
const REMOVE_OLD = statement({
  sql: `DELETE FROM "FilePart" WHERE "fileId" IN (
          SELECT p."fileId" FROM "FilePart" p
            LEFT JOIN "Job" j ON j."targetType" IN ('upload', 'export') AND j."targetId" = p."fileId"
           WHERE j."state" IS NULL OR j."state" NOT IN ${UNFINISHED}
           GROUP BY p."fileId", j."id"
          HAVING max(p."createdAt") < CASE WHEN j."id" IS NULL THEN $1::timestamptz ELSE $2::timestamptz END)`,
  params: { brokenOffBefore: timestamp, before: timestamp },
});

/** What is not done yet stays: an upload is imported without what was erased, and an export is written anew or ended. */
const REMOVE_OF = statement({
  sql: `DELETE FROM "FilePart" WHERE "fileId" IN (
          SELECT "targetId" FROM "Job"
           WHERE "state" NOT IN ${UNFINISHED}
             AND ("targetType" IN ('upload', 'export') AND "companyId" = $1 OR "targetType" = 'export' AND "companyId" IS NULL))`,
  params: { companyId: text },
});
