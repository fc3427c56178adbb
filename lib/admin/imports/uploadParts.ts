import { after } from "../../clock.ts";
import type { Context } from "../../context.ts";
import type { Sql } from "../../db/pool.ts";
import { bool, bytes, int, known, statement, text, timestamp } from "../../db/statement.ts";
import { LiveDashError } from "../../errors.ts";
import { UNFINISHED } from "../../jobs/job.ts";

// An uploaded file waits in the database: whichever process imports it, on whichever machine, finds it there.

const PART_BYTES = 1_000_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Stores what arrives, in pieces: it takes a connection for each of them alone.
 * @throws LiveDashError `csv_too_large`, and whatever the body has been ended with: then nothing of it is left
 */
export async function storeUpload(
  ctx: Context,
  uploadId: string,
  name: string,
  body: AsyncIterable<Uint8Array>,
): Promise<void> {
  const { CSV_MAX_BYTES: most } = ctx.config;
  let parts = 0;
  let total = 0;
  let gathered: Uint8Array[] = [];
  let size = 0;
  const store = async () => {
    const index = parts++;
    await STORE.run(ctx.db, { uploadId, index, bytes: Buffer.concat(gathered), now: ctx.clock.now() });
    [gathered, size] = [[], 0];
  };
  try {
    for await (const piece of body) {
      total += piece.byteLength;
      if (total > most) throw tooLarge(name, most);
      for (let at = 0; at < piece.byteLength; ) {
        const taken = piece.subarray(at, at + PART_BYTES - size);
        gathered.push(taken);
        size += taken.byteLength;
        at += taken.byteLength;
        if (size === PART_BYTES) await store();
      }
    }
    if (size > 0 || parts === 0) await store();
  } catch (error) {
    // If this fails too, they go with the others that nobody wants any more.
    await removeUpload(ctx.db, uploadId).catch(() => undefined);
    throw error;
  }
}

function tooLarge(name: string, most: number): LiveDashError {
  const sentence = `${name} is larger than CSV_MAX_BYTES (${most} bytes). Split it, or raise the limit.`;
  return new LiveDashError("csv_too_large", sentence);
}

/**
 * The pieces of an uploaded file in their order.
 * @throws LiveDashError `upload_gone`
 */
export async function* readUpload(sql: Sql, uploadId: string): AsyncGenerator<Uint8Array> {
  for (let index = 0; ; index++) {
    const part = await READ.first(sql, { uploadId, index });
    if (part) yield part.bytes;
    else if (index > 0) return;
    else throw new LiveDashError("upload_gone", "The file has been removed. Send it again.");
  }
}

export async function removeUpload(sql: Sql, uploadId: string): Promise<void> {
  await REMOVE.run(sql, { uploadId });
}

export async function isUploadThere(sql: Sql, uploadId: string): Promise<boolean> {
  return (await IS_THERE.first(sql, { uploadId }))?.isThere ?? false;
}

/** Removes files of which nothing came for an hour and that have no job, and those that were not imported within a day. */
export function removeOldUploads(ctx: Context): Promise<number> {
  const { clock } = ctx;
  return REMOVE_OLD.run(ctx.db, { brokenOffBefore: after(clock, -HOUR_MS), before: after(clock, -DAY_MS) });
}

const STORE = statement({
  sql: `INSERT INTO "UploadPart" ("uploadId", "index", "bytes", "createdAt") VALUES ($1, $2, $3, $4)`,
  params: { uploadId: text, index: int, bytes, now: timestamp },
});

const READ = statement({
  sql: `SELECT "bytes" FROM "UploadPart" WHERE "uploadId" = $1 AND "index" = $2`,
  params: { uploadId: text, index: int },
  row: { bytes },
});

const REMOVE = statement({ sql: `DELETE FROM "UploadPart" WHERE "uploadId" = $1`, params: { uploadId: text } });

const IS_THERE = statement({
  sql: `SELECT EXISTS (SELECT 1 FROM "UploadPart" WHERE "uploadId" = $1) AS "isThere"`,
  params: { uploadId: text },
  row: { isThere: known(bool) },
});

const REMOVE_OLD = statement({
  sql: `DELETE FROM "UploadPart" WHERE "uploadId" IN (
          SELECT p."uploadId" FROM "UploadPart" p
            LEFT JOIN "Job" j ON j."targetType" = 'upload' AND j."targetId" = p."uploadId"
           WHERE j."state" IS NULL OR j."state" NOT IN ${UNFINISHED}
           GROUP BY p."uploadId", j."id"
          HAVING max(p."createdAt") < CASE WHEN j."id" IS NULL THEN $1::timestamptz ELSE $2::timestamptz END)`,
  params: { brokenOffBefore: timestamp, before: timestamp },
});
