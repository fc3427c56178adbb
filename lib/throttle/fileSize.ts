import { after } from "../clock.ts";
import type { Context, PipelineContext } from "../context.ts";
import { inTransaction, type Sql } from "../db/pool.ts";
import { bigint, double, int, known, nullable, type RowOf, statement, text, timestamp } from "../db/statement.ts";
import { step } from "../step.ts";

/** The provider, or what stands before it, may take more by then: so long after the last refusal, a limit that holds back grows. */
const GROWS_AFTER_MS = 86_400_000;
const GROWN = 2;
/** Of two files, one for whose rest the next line was too long, and the one that begins with it, one is fuller than this. */
const HELD_BACK = 0.5;

/** What a provider takes in one file, as far as its refusals have taught; infinite where they have not. */
export interface FileSizeLimit {
  bytes: number;
  lines: number;
}

/** What is known of one measure of size: the limit that is held to, and the most that went through under it. */
interface Known {
  limit: number | null;
  accepted: number;
}

const readSizes = (lock: "" | "FOR UPDATE") =>
  statement({
    sql: `SELECT "maxBytes"::float8 AS "maxBytes", "maxLines", "acceptedBytes"::float8 AS "acceptedBytes", "acceptedLines"
            FROM "FileSizeLimit" WHERE "provider" = $1 ${lock}`,
    params: { provider: text },
    row: { maxBytes: nullable(double), maxLines: nullable(int), acceptedBytes: known(double), acceptedLines: int },
  });
const READ = readSizes("");
const LOCK = readSizes("FOR UPDATE");

/** What may be in one file at all: as configured, within what the provider takes. */
export function mostOfOneFile({ config, provider }: Pick<PipelineContext, "config" | "provider">): FileSizeLimit {
  const { mostBytes, mostLines } = provider.capabilities;
  return { bytes: Math.min(config.BATCH_MAX_BYTES, mostBytes), lines: Math.min(config.BATCH_MAX_LINES, mostLines) };
}

export async function readFileSizeLimit(ctx: Pick<PipelineContext, "provider">, sql: Sql): Promise<FileSizeLimit> {
  const { maxBytes, maxLines } = (await READ.first(sql, { provider: ctx.provider.name })) ?? {};
  return { bytes: maxBytes ?? Number.POSITIVE_INFINITY, lines: maxLines ?? Number.POSITIVE_INFINITY };
}

/** Learns from a file that was refused for its size, in bytes or in lines. */
export async function learnFileSize(
  ctx: PipelineContext,
  batchId: string,
  refusedFor: "bytes" | "lines",
  message: string,
): Promise<void> {
  const provider = ctx.provider.name;
  const learned = await step(ctx, "failed.learn", () =>
    inTransaction(ctx.db, async (tx) => {
      const refused = await readSize(tx, batchId);
      await NOTE.run(tx, { provider, message: message.slice(0, 1_000), now: ctx.clock.now() });
      const found = await LOCK.first(tx, { provider });
      const known = found ?? { maxBytes: null, maxLines: null, acceptedBytes: 0, acceptedLines: 0 };
      const bytes = { limit: known.maxBytes, accepted: known.acceptedBytes };
      const lines = { limit: known.maxLines, accepted: known.acceptedLines };
      const now =
        refusedFor === "lines"
          ? { bytes, lines: lower(lines, refused.lines) }
          : { bytes: lower(bytes, refused.bytes), lines };
      const limits = { maxBytes: now.bytes.limit, maxLines: now.lines.limit };
      const accepted = { acceptedBytes: now.bytes.accepted, acceptedLines: now.lines.accepted };
      await LEARN.run(tx, { provider, ...limits, ...accepted });
      return limits;
    }),
  );
  ctx.log.warn({ event: "file_size.learned", batchId, ...learned });
}

const NOTE = statement({
  sql: `INSERT INTO "FileSizeLimit" ("provider", "message", "learnedAt") VALUES ($1, $2, $3)
        ON CONFLICT ("provider") DO UPDATE SET "message" = $2, "learnedAt" = $3`,
  params: { provider: text, message: text, now: timestamp },
});

const LEARN = statement({
  sql: `UPDATE "FileSizeLimit" SET "maxBytes" = $2, "acceptedBytes" = $3, "maxLines" = $4, "acceptedLines" = $5
         WHERE "provider" = $1`,
  params: {
    provider: text,
    maxBytes: nullable(bigint),
    acceptedBytes: bigint,
    maxLines: nullable(int),
    acceptedLines: int,
  },
});

/** Half of what was refused, or what has gone through before, if that is more. */
function lower({ limit, accepted }: Known, refused: number): Known {
  const isStillTaken = accepted < refused;
  const half = Math.max(1, Math.floor(refused / 2));
  const lowered = isStillTaken ? Math.max(half, accepted) : half;
  return { limit: Math.min(limit ?? lowered, lowered), accepted: isStillTaken ? accepted : 0 };
}

/**
 * After a file went through: that is kept in mind. A day after the last refusal, a limit that holds files back doubles with
 * each that goes through, until there is a refusal again, or nothing is held back any more.
 */
export async function relaxFileSize(ctx: PipelineContext, batchId: string): Promise<void> {
  const { bytes: mostBytes, lines: mostLines } = mostOfOneFile(ctx);
  const provider = ctx.provider.name;
  await ACCEPT.run(ctx.db, { provider, batchId });
  await GROW.run(ctx.db, { provider, batchId, since: after(ctx.clock, -GROWS_AFTER_MS), mostBytes, mostLines });
  await FORGET.run(ctx.db, {});
}

const ACCEPT = statement({
  sql: `UPDATE "FileSizeLimit" l
           SET "acceptedBytes" = GREATEST(l."acceptedBytes", b."byteSize"),
               "acceptedLines" = GREATEST(l."acceptedLines", b."requestCount")
          FROM "AIBatchRequest" b WHERE l."provider" = $1 AND b."id" = $2`,
  params: { provider: text, batchId: text },
});

const grown = (limit: string, size: string, most: string) =>
  `CASE WHEN ${size} <= l.${limit} * ${HELD_BACK} THEN l.${limit}
        WHEN l.${limit} * ${GROWN} < ${most} THEN l.${limit} * ${GROWN} END`;

const GROW = statement({
  sql: `UPDATE "FileSizeLimit" l
           SET "maxBytes" = ${grown('"maxBytes"', 'b."byteSize"', "$4::bigint")},
               "maxLines" = ${grown('"maxLines"', 'b."requestCount"', "$5::int")}
          FROM "AIBatchRequest" b WHERE l."provider" = $1 AND b."id" = $2 AND l."learnedAt" <= $3`,
  params: { provider: text, batchId: text, since: timestamp, mostBytes: bigint, mostLines: int },
});

const FORGET = statement({ sql: `DELETE FROM "FileSizeLimit" WHERE "maxBytes" IS NULL AND "maxLines" IS NULL` });

async function readSize(sql: Sql, batchId: string): Promise<FileSizeLimit> {
  return (await READ_BATCH.first(sql, { batchId })) ?? { bytes: 0, lines: 0 };
}

const READ_BATCH = statement({
  sql: `SELECT "byteSize"::float8 AS "bytes", "requestCount" AS "lines" FROM "AIBatchRequest" WHERE "id" = $1`,
  params: { batchId: text },
  row: { bytes: known(double), lines: int },
});

/** What is held to, for people, with the provider's words. */
export type LearnedSize = RowOf<typeof LIST_LEARNED>;

/** Of each account that has refused a file for its size, the newest first. */
export async function listLearnedSizes(ctx: Pick<Context, "db">): Promise<LearnedSize[]> {
  return await LIST_LEARNED.rows(ctx.db, {});
}

const LIST_LEARNED = statement({
  sql: `SELECT "provider", "maxBytes"::float8 AS "maxBytes", "maxLines", "message", "learnedAt" FROM "FileSizeLimit"
         ORDER BY "learnedAt" DESC, "provider"`,
  row: {
    provider: text,
    maxBytes: nullable(double),
    maxLines: nullable(int),
    message: text,
    learnedAt: timestamp,
  },
});

export function sayFileSize({ provider, maxBytes, maxLines, message, learnedAt }: LearnedSize): string {
  const grouped = new Intl.NumberFormat("en");
  const bytes = maxBytes === null ? [] : [`${grouped.format(maxBytes)} bytes`];
  const lines = maxLines === null ? [] : [`${grouped.format(maxLines)} lines`];
  const most = [...bytes, ...lines].join(" and ");
  return `Batch files to ${provider} are limited to ${most} since it refused a larger one on ${learnedAt.toISOString()}: ${message}`;
}
