import type { Context, PipelineContext } from "../context.ts";
import { int, nullable, statement, text, textOf, timestamp } from "../db/statement.ts";
import { ranOrMayRun } from "../providers/contract/batch.ts";
import { ProviderError } from "../providers/contract/errors.ts";
import { step } from "../step.ts";
import { recordStop, stopCodeOf } from "../throttle/providerStop.ts";
import { confirmCheckedUntil, readCheckedUntil } from "./checkedUntil.ts";
import { findSign, type SeenMark } from "./findSign.ts";
import { DatabaseCopiedError, type Installation, openInstallation } from "./installation.ts";
import { type Mark, markOfBatch, markOfFile, takeoverOf } from "./marks.ts";
import type { Copied, CopySign } from "./signs.ts";

/** A batch may show in the list so long after it was made. */
const LISTED_WITHIN_MS = 10 * 60_000;

/** A time so far ahead of ours was made up, or our clock is wrong: then more is listed than need be, and nothing overlooked. */
const MOST_AHEAD_MS = 86_400_000;

/**
 * Holds what bears our mark in an account against this database: what it does not know, another one has made, or it
 * has forgotten. Asked before a round does anything, and before each create.
 * @throws DatabaseCopiedError, ProviderError
 */
export async function lookForCopies(ctx: PipelineContext): Promise<Installation> {
  const installation = await assertNotCopied(ctx);
  const checkedUntil = await readCheckedUntil(ctx, installation);
  const { seen, newest, takenOver } = await listMarks(ctx, installation, checkedUntil);
  const copied = takenOver ?? (await findSign(ctx.db, installation, seen));
  if (copied) throw await recordCopied(ctx, installation, copied);
  if (newest > checkedUntil)
    await step(ctx, "copies.confirm", () => confirmCheckedUntil(ctx, installation, checkedUntil, newest));
  return installation;
}

/**
 * The cheap half: what PostgreSQL says of itself, and what has been found before. Asked before each call that changes
 * something at the provider.
 * @throws DatabaseCopiedError
 */
export async function assertNotCopied(ctx: Pick<Context, "db" | "clock" | "newId" | "log">): Promise<Installation> {
  const installation = await openInstallation(ctx);
  if (installation.copied) throw await recordCopied(ctx, installation, installation.copied);
  return installation;
}

/** Whether nothing may be done, as far as the database itself can tell. */
export async function isCopied(ctx: Parameters<typeof assertNotCopied>[0], what: Round): Promise<boolean> {
  try {
    await assertNotCopied(ctx);
    return false;
  } catch (error) {
    if (!(error instanceof DatabaseCopiedError)) throw error;
    ctx.log.error({ event: `${what}.held_back`, reason: error.message });
    return true;
  }
}

/** Whether a round may begin. A provider that does not answer is no reason against it: each call still asks for itself. */
export async function mayWork(ctx: PipelineContext, what: Round): Promise<boolean> {
  try {
    await lookForCopies(ctx);
    return true;
  } catch (error) {
    if (error instanceof ProviderError) {
      ctx.log.warn({ event: "copies.not_looked_for", error });
      const stop = stopCodeOf(error);
      if (stop) await recordStop(ctx, stop, error.message, { at: "call" });
      return true;
    }
    if (!(error instanceof DatabaseCopiedError)) throw error;
    ctx.log.error({ event: `${what}.held_back`, reason: error.message });
    return false;
  }
}

type Round = "creation" | "polling" | "reaper";

async function listMarks(ctx: PipelineContext, installation: Installation, checkedUntil: Date) {
  const { generation } = installation;
  const since = new Date(checkedUntil.getTime() - LISTED_WITHIN_MS);
  const seen: SeenMark[] = [];
  let newest = checkedUntil;
  let takenOver: Copied | undefined;
  const latest = new Date(ctx.clock.now().getTime() + MOST_AHEAD_MS);
  const advance = (time: Date | null) => {
    if (time !== null && time > newest && time <= latest) newest = time;
  };
  const add = (kind: SeenMark["kind"], providerId: string, mark: Mark | undefined, ranFrom: string | null) => {
    if (mark) seen.push({ kind, providerId, ranFrom, ...mark });
  };
  const batches = step(ctx, "copies.list_batches", async () => {
    for await (const theirs of ctx.provider.listBatches(since)) {
      advance(theirs.createdAt);
      const ranFrom = ranOrMayRun(theirs) ? theirs.inputFileId : null;
      add("batch", theirs.id, markOfBatch(theirs, installation), ranFrom);
    }
  });
  const files = step(ctx, "copies.list_files", async () => {
    for await (const file of ctx.provider.listInputFiles(since)) {
      advance(file.createdAt);
      add("file", file.id, markOfFile(file, installation), null);
      if ((takeoverOf(file, installation) ?? 0) > generation)
        takenOver = { sign: "takeover", detail: file.id, since: null };
    }
  });
  for (const end of await Promise.allSettled([batches, files])) if (end.status === "rejected") throw end.reason;
  return { seen, newest, takenOver };
}

/** Stops every worker of this database, unless somebody has decided meanwhile what is to become of it. */
async function recordCopied(
  ctx: Pick<Context, "db" | "clock" | "log">,
  { id, generation }: Installation,
  copied: Copied,
): Promise<DatabaseCopiedError> {
  const error = new DatabaseCopiedError(copied);
  if (copied.since !== null) return error;
  const { sign, detail } = copied;
  const isNew = await RECORD.run(ctx.db, { id, generation, now: ctx.clock.now(), sign, detail });
  if (isNew) ctx.log.error({ event: "database.copied", sign, detail, error });
  return error;
}

const RECORD = statement({
  sql: `UPDATE "Installation" SET "copiedSince" = $3, "copiedSign" = $4, "copiedDetail" = $5
         WHERE "id" = $1 AND "generation" = $2 AND "copiedSince" IS NULL`,
  params: { id: text, generation: int, now: timestamp, sign: textOf<CopySign>(), detail: nullable(text) },
});
