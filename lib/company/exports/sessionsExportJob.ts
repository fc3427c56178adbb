import { z } from "zod";
import { exportKind } from "../../admin/export/exportKind.ts";
import { asTenantOf } from "../asTenant.ts";
import { filterFields } from "../sessions/filter.ts";
import { writeSessions } from "../sessions/writeSessions.ts";

export const MOST_SESSIONS_OF_JOB = 5_000_000;

const sessionsExportInput = z.strictObject({
  companyId: z.string(),
  filter: z.strictObject(filterFields),
  fileId: z.string(),
  askedById: z.string(),
});

/** Writes a company's sessions, for somebody of that company: it sees no more than they do, and ends when nobody of it is let in. */
export const sessionsExportJob = exportKind("sessions-export", sessionsExportInput, (ctx, { input }, count) =>
  writeSessions(input.filter, async (work) => {
    const rows = await asTenantOf(ctx, input.companyId, work);
    count(rows.length);
    return rows;
  }),
);
