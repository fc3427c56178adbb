import { z } from "zod";
import { RefusedError } from "../../api/errors.ts";
import { audit, type CallContext, defineOperation } from "../../api/operation.ts";
import { streamOf } from "../../api/streamOf.ts";
import { isStillAllowed } from "../../auth/stillAllowed.ts";
import { asTenant, companyIdOf } from "../asTenant.ts";
import { namesIn } from "../recordReading.ts";
import { countMatching } from "./countSessions.ts";
import { filterFields, type SessionFilter } from "./filter.ts";
import { writeSessions } from "./writeSessions.ts";

/** How many sessions a download takes. */
export const MOST_EXPORTED = 500_000;
const PERMISSION = "company.sessions.export";

export const exportSessions = defineOperation({
  name: "exportSessions",
  summary: `Exports the company's sessions that match a filter as CSV, newest first. At most ${MOST_EXPORTED}.`,
  method: "GET",
  path: "/api/company/sessions/export",
  permission: PERMISSION,
  input: z.strictObject(filterFields),
  example: { from: "2026-11-01", to: "2026-11-30" },
  output: undefined,
  run: async (ctx, filter) => {
    const sessions = await asTenant(ctx, (tenant) => countMatching(tenant, filter));
    if (sessions > MOST_EXPORTED) {
      const sentence = `This selection has ${sessions} sessions, but a download can have at most ${MOST_EXPORTED}. Export it in the background, or choose a shorter period.`;
      throw new RefusedError("too_large", sentence);
    }
    const companyId = companyIdOf(ctx);
    const details = { sessions, filters: namesIn(filter) };
    await audit(ctx, ctx.db, { action: PERMISSION, outcome: "done", companyId, details });
    const fileName = `sessions-${ctx.clock.now().toISOString().slice(0, 10)}.csv`;
    return { type: "text/csv; charset=utf-8", fileName, content: streamOf(write(ctx, filter)) };
  },
});

/**
 * Whoever downloads slowly holds neither memory nor a connection. What fails now can no longer be answered as a refusal: the
 * download breaks off, and the log says why.
 */
async function* write(ctx: CallContext, filter: SessionFilter): AsyncGenerator<Uint8Array> {
  try {
    yield* writeSessions(filter, async (work) => {
      if (!(await isStillAllowed(ctx, ctx.actor, PERMISSION))) {
        throw new RefusedError("unauthenticated", "The session in which this download was started has ended.");
      }
      return asTenant(ctx, work);
    });
  } catch (error) {
    ctx.log.error({ event: "company.export_failed", requestId: ctx.requestId, error });
    throw error;
  }
}
