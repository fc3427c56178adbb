import { z } from "zod";
import { askForExport } from "../../admin/export/askForExport.ts";
import { RefusedError } from "../../api/errors.ts";
import { audit, defineOperation } from "../../api/operation.ts";
import { inTransaction } from "../../db/pool.ts";
import { asTenant, companyIdOf } from "../asTenant.ts";
import { namesIn } from "../recordReading.ts";
import { countMatching } from "../sessions/countSessions.ts";
import { filterFields } from "../sessions/filter.ts";
import { ownExportShape, readOwnExport } from "./ownExports.ts";
import { MOST_SESSIONS_OF_JOB, sessionsExportJob } from "./sessionsExportJob.ts";

/** Of one company: none keeps the others waiting. */
const MOST_AT_ONCE = 5;

export const createSessionsExport = defineOperation({
  name: "createSessionsExport",
  summary: `Has the same file as exportSessions written in the background: for what takes long. At most ${MOST_SESSIONS_OF_JOB} sessions. Whoever asks can fetch it for a day.`,
  method: "POST",
  path: "/api/company/sessions/exports",
  permission: "company.sessions.export",
  confirmed: "not needed",
  input: z.strictObject(filterFields),
  example: { from: "2026-11-01", to: "2026-11-30" },
  status: 202,
  output: z.object({ export: ownExportShape }),
  run: async (ctx, filter) => {
    const sessions = await asTenant(ctx, (tenant) => countMatching(tenant, filter));
    if (sessions > MOST_SESSIONS_OF_JOB) {
      const sentence = `This selection has ${sessions} sessions, but a file can have at most ${MOST_SESSIONS_OF_JOB}. Choose a shorter period.`;
      throw new RefusedError("too_large", sentence);
    }
    const companyId = companyIdOf(ctx);
    return inTransaction(ctx.db, async (tx) => {
      const jobId = await askForExport(ctx, tx, {
        kind: sessionsExportJob,
        of: { companyId, filter },
        companyId,
        most: MOST_AT_ONCE,
        among: "company",
        total: sessions,
      });
      const details = { sessions, filters: namesIn(filter), jobId };
      await audit(ctx, tx, { action: "company.sessions.export", outcome: "done", companyId, details });
      return { export: await readOwnExport(ctx, tx, jobId) };
    });
  },
});
