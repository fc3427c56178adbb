import { listBatches } from "../../../lib/admin/batches/listBatches.ts";
import { callOperation } from "../../../lib/api/operation.ts";
import { companyIdOf, limitOf, momentOf, withoutGaps } from "../../given.ts";
import { inUtc, inWords, print, printJson, textTable } from "../../printed.ts";
import { readUpTo } from "../../readUpTo.ts";
import { withOperations } from "../../withRuntime.ts";

interface ListOptions {
  status?: string;
  company?: string;
  model?: string;
  since?: string;
  stuck?: boolean;
  oldest?: boolean;
  limit?: string;
  json?: boolean;
}

const HEAD = [
  "BATCH",
  "STATUS",
  "COMPANY",
  "MODEL",
  "LINES",
  "SUCCEEDED",
  "FAILED",
  "REQUEUED",
  "CREATED",
  "EUR",
  "ERROR",
];

/** Prints the batches, narrowed as they are asked for. */
export function list({ status, company, model, since, stuck, oldest, limit, json }: ListOptions): Promise<void> {
  return withOperations(async (ctx) => {
    const filter = withoutGaps({
      status: status?.replaceAll("-", "_").toLowerCase(),
      companyId: company === undefined ? undefined : await companyIdOf(ctx, company),
      model,
      newerThan: since === undefined ? undefined : momentOf(ctx, "--since", since),
      stuck,
      order: oldest ? "oldest" : "newest",
    });
    const { rows, nextCursor } = await readUpTo(limitOf(limit), async (page) => {
      const { batches, nextCursor } = await callOperation(ctx, listBatches, { ...filter, ...page });
      return { rows: batches, nextCursor };
    });
    if (json) return printJson({ batches: rows, nextCursor });
    if (rows.length === 0) return print("No batches match.\n");
    const lines = rows.map((batch) => [
      batch.id,
      batch.stuck ? `${inWords(batch.status)}, stuck` : inWords(batch.status),
      batch.companyName,
      batch.model,
      batch.requestCount,
      batch.succeeded,
      batch.failed,
      batch.requeued,
      inUtc(batch.createdAt),
      batch.costEur ?? (batch.estimatedCostEur && `~${batch.estimatedCostEur}`),
      batch.errorCode ?? "",
    ]);
    print(textTable(HEAD, lines));
    if (nextCursor) print("There are more. Use --limit (up to 10000) or narrow the filters.\n");
  });
}
