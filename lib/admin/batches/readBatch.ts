import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { id, time } from "../../api/fields.ts";
import { type CallContext, defineOperation } from "../../api/operation.ts";
import { inTransaction, type Sql } from "../../db/pool.ts";
import { type BatchColumns, batchColumns, batchRow, toBatchRow } from "./batchRow.ts";
import { batchEvent, timelineOf } from "./batchTimeline.ts";
import { giveUpPlan, planGiveUp } from "./giveUpPlan.ts";
import { batchOutcomes, readOutcomes } from "./outcomes.ts";
import { expectation, expectEnd, READ_TURNAROUND } from "./turnaround.ts";

const batch = batchRow.extend({
  byteSize: z.number().int().nonnegative(),
  submissions: z.number().int().meta({ description: "How many times it was submitted to the provider." }),
  callFailures: z.number().int().meta({ description: "How many calls about it have failed in a row." }),
  notBefore: time.nullable().meta({ description: "It will not be polled again before this time." }),
  expiresAt: time.nullable(),
  estimatedTokens: z.number().int().nonnegative().meta({ description: "Input tokens, estimated when it was claimed." }),
});

const providerError = z.object({
  line: z.number().int().nullable().meta({ description: "Line of the input file, from 1. Null means the whole file." }),
  code: z.string(),
  message: z.string(),
  param: z.string().nullable(),
});

export const readBatch = defineOperation({
  name: "readBatch",
  summary: "One batch: its history, the outcome of its lines, its cost, and the provider's errors by line.",
  method: "GET",
  path: "/api/admin/batches/{id}",
  permission: "batches.read",
  input: z.strictObject({ id }),
  example: { id: "batch_id_1" },
  output: z.object({
    batch,
    timeline: z.array(batchEvent),
    expected: expectation.nullable().meta({ description: "Only while the provider is working on it." }),
    outcomes: batchOutcomes,
    giveUp: giveUpPlan.nullable().meta({
      description: "What giving it up would mean. Null if it has ended or is already being requeued.",
    }),
    errors: z.array(providerError).meta({ description: "The provider's errors, at most 200, in line order." }),
  }),
  run: async (ctx, { id }) =>
    inTransaction(ctx.db, async (tx) => {
      // All parts of the answer show one moment.
      await tx.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
      const { errors, ...batch } = await readRow(ctx, tx, id);
      const { accounts } = await ctx.accounts.list(tx);
      // One that cannot be used here is taken to be like ours: this is only said, not done.
      const { provider } = accounts.find((account) => account.provider.name === batch.provider) ?? ctx;
      return {
        batch,
        timeline: timelineOf({ ...batch, givenUpAt: batch.givenUp?.at ?? null }),
        expected: expectEnd(ctx, batch, (await READ_TURNAROUND.first(tx, {})) ?? null),
        outcomes: await readOutcomes(tx, id),
        giveUp: batch.givenUp?.requeueConfirmed ? null : await planGiveUp({ ...ctx, provider }, tx, id),
        errors: (errors ?? []).sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
      };
    }),
});

type Row = z.input<typeof batch> & { errors: z.input<typeof providerError>[] | null };
type Columns = Omit<Row, "stuck" | "givenUp" | "callFailures"> & BatchColumns;

async function readRow(ctx: CallContext, sql: Sql, id: string): Promise<Row> {
  const { rows } = await sql.query<Columns>(
    `SELECT ${batchColumns(ctx, "$2::timestamptz")}, b."byteSize"::float8 AS "byteSize", b."submissions",
            b."notBefore", b."expiresAt", b."estimatedTokens", b."errors"
       FROM "AIBatchRequest" b JOIN "Company" c ON c."id" = b."companyId" WHERE b."id" = $1`,
    [id, ctx.clock.now()],
  );
  if (!rows[0]) throw notFound("batch");
  return { ...toBatchRow(rows[0]), callFailures: rows[0].failedCalls };
}
