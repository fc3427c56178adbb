import { join } from "node:path";
import type { PipelineContext } from "../../lib/context.ts";
import { findOrCreateCompany } from "../../lib/import/findOrCreateCompany.ts";
import { importCsv } from "../../lib/import/importCsv.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { ensureConsoleBuilt } from "../../web/buildConsole.ts";
import { startWebServer, type WebServer } from "../../web/startWebServer.ts";
import { runUntilIdle, startPipeline } from "../support/pipeline.ts";

const SAMPLES = join(import.meta.dirname, "../../samples");
const DONE = { name: "Brackmöller Logistik", file: "brackmoeller-logistik", timeZone: "Europe/Berlin" };
const WAITING = { name: "Thuiszorg Merelveld", file: "thuiszorg-merelveld", timeZone: "Europe/Amsterdam" };

export interface FilledConsole {
  server: WebServer;
  ctx: PipelineContext;
  /** The newest of each, to be put into addresses. */
  ids: Record<"batch" | "request" | "bulk" | "job" | "company" | "import" | "session", string>;
  close(): Promise<void>;
}

/**
 * A console with something on every page: one company's sample sessions analysed by the emulator, with lines that
 * failed and rows that were bad; another's just imported and in a batch; and one bulk requeue with its job.
 */
export async function startFilledConsole(): Promise<FilledConsole> {
  await ensureConsoleBuilt();
  const pipeline = await startPipeline({
    env: { LIVEDASH_SECRET: "a secret that only tests know, thirty-two", BATCH_MAX_ATTEMPTS: "1" },
    emulator: { faults: ["line_error:0.06:status=500", "line_refusal:0.04"] },
  });
  const { ctx } = pipeline;
  const company = await importSample(ctx, DONE);
  await runUntilIdle(ctx);
  await importSample(ctx, WAITING);
  await batchCreator(ctx);
  await pipeline.database.rows.bulkRequeue({
    id: "bulk1",
    status: "DONE",
    filter: { errorCode: "line_http_500" },
    matched: 3,
    requeued: 3,
    createdBy: "Ada",
    finishedAt: new Date(),
  });
  await pipeline.database.rows.job({
    id: "job1",
    targetId: "bulk1",
    state: "DONE",
    attempt: 1,
    done: 3,
    total: 3,
    startedAt: new Date(),
    finishedAt: new Date(),
  });
  const server = await startWebServer({ ctx, emulated: true }, { host: "127.0.0.1", port: 0 });
  return {
    server,
    ctx,
    ids: { ...(await newestIds(ctx, company)), bulk: "bulk1", job: "job1", company },
    close: async () => {
      await server.close();
      await pipeline.close();
    },
  };
}

async function importSample(ctx: PipelineContext, { name, file, timeZone }: typeof DONE): Promise<string> {
  const { id } = await findOrCreateCompany(ctx, { name, timeZone });
  await importCsv(ctx, {
    companyId: id,
    source: { kind: "file", path: join(SAMPLES, `${file}.csv`) },
    transcriptsDir: join(SAMPLES, file),
  });
  return id;
}

async function newestIds(ctx: PipelineContext, companyId: string) {
  const { rows } = await ctx.db.query<Record<"batch" | "request" | "import" | "session", string>>(
    `SELECT (SELECT "id" FROM "AIBatchRequest" WHERE "companyId" = $1 LIMIT 1) AS "batch",
            (SELECT "id" FROM "AIProcessingRequest" WHERE "processingStatus" = 'PROCESSING_FAILED' LIMIT 1) AS "request",
            (SELECT "importRunId" FROM "ImportBadRow" LIMIT 1) AS "import",
            (SELECT "id" FROM "Session" WHERE "companyId" = $1 AND "analysedAt" IS NOT NULL LIMIT 1) AS "session"`,
    [companyId],
  );
  const [ids] = rows;
  if (!ids) throw new Error("The samples left nothing behind.");
  return ids;
}
