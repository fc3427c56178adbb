import type { Context } from "../context.ts";
import { statement, text } from "../db/statement.ts";
import type { ImportReport } from "./tally.ts";

/**
 * An address is looked at some hundred times a day. Of readings of it in a row that found nothing new, the last one is kept: if this
 * is one, the one before it goes.
 */
export async function removeIdleBefore(ctx: Context, report: ImportReport): Promise<void> {
  const { importRunId, imported, updated, bad } = report;
  if (imported + updated + bad === 0) await REMOVE_BEFORE.run(ctx.db, { importRunId });
}

const REMOVE_BEFORE = statement({
  sql: `DELETE FROM "ImportRun" WHERE "finishedAt" IS NOT NULL AND "error" IS NULL AND "imported" = 0 AND "updated" = 0 AND "bad" = 0
           AND ("id", "source") = (
             SELECT before."id", this."source" FROM "ImportRun" this JOIN "ImportRun" before
                 ON before."companyId" = this."companyId" AND (before."startedAt", before."id") < (this."startedAt", this."id")
              WHERE this."id" = $1 ORDER BY before."startedAt" DESC, before."id" DESC LIMIT 1)`,
  params: { importRunId: text },
});
