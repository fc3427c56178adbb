import { z } from "zod";
import { moment } from "../../api/fields.ts";
import { type CallContext, defineOperation } from "../../api/operation.ts";
import { streamOf } from "../../api/streamOf.ts";
import { jsonLines, placeBefore, readSealed } from "../../audit/readSealed.ts";

const MOST = 100_000;

export const followAudit = defineOperation({
  name: "followAudit",
  summary: `Sealed entries of the audit log as JSON lines, in the order of the chain, at most ${MOST} at a time. To follow it, call again with the sequence of the last line.`,
  method: "GET",
  path: "/api/admin/audit/follow",
  permission: "audit.read",
  input: z
    .strictObject({
      after: z.coerce
        .number()
        .int()
        .min(0)
        .max(Number.MAX_SAFE_INTEGER)
        .optional()
        .meta({ description: "The sequence of the last entry that you have. Default: from the beginning." }),
      since: moment.optional().meta({ description: "Instead: only what was recorded from this time on." }),
      limit: z.coerce.number().int().min(1).max(MOST).default(MOST),
    })
    .refine(({ after, since }) => after === undefined || since === undefined, {
      error: "give after or since, not both",
    }),
  example: { after: 0, limit: 1_000 },
  output: undefined,
  run: async (ctx, { after, since, limit }) => {
    const from = since === undefined ? (after ?? 0) : await placeBefore(ctx.db, since);
    return { type: "application/x-ndjson", content: streamOf(write(ctx, from, limit)) };
  },
});

/** What fails here can no longer be answered as a refusal: the download breaks off, and the log says why. */
async function* write(ctx: CallContext, from: number, limit: number): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  try {
    for await (const page of readSealed(ctx.db, from, limit)) yield encoder.encode(jsonLines(page));
  } catch (error) {
    ctx.log.error({ event: "audit.follow_failed", requestId: ctx.requestId, error });
    throw error;
  }
}
