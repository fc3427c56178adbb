import type { Sql } from "../db/pool.ts";
import { int, json, known, nullable, statement, text, timestamp } from "../db/statement.ts";
import type { Installation } from "./installation.ts";
import type { Mark } from "./marks.ts";
import { type Copied, isCopySign } from "./signs.ts";

/** A mark as it was met at the provider. */
export interface SeenMark extends Mark {
  kind: "batch" | "file";
  /** The provider's id of what bears it. */
  providerId: string;
  /** Of a batch that ran, or may yet run: the file that it was made from. */
  ranFrom: string | null;
}

/**
 * The first mark that this database cannot have made, if there is one. To be asked after the marks were read: a batch is
 * committed here before anything of it is sent, so that what another worker has just begun is known by now.
 * Marks of an earlier generation were settled when this database took over.
 */
export async function findSign(
  sql: Sql,
  installation: Installation,
  seen: readonly SeenMark[],
): Promise<Copied | undefined> {
  const ofNow = seen.filter(({ generation }) => (generation ?? 1) >= installation.generation);
  if (ofNow.length === 0) return undefined;
  const { generation, detachedAt } = installation;
  const found = await FIND.first(sql, { seen: JSON.stringify(ofNow), generation, detachedAt });
  if (!found || !isCopySign(found.sign)) return undefined;
  return { sign: found.sign, detail: found.providerId, since: null };
}

const FIND = statement({
  sql: `SELECT "providerId", "sign" FROM (
          SELECT m."providerId", m."at",
                 CASE WHEN m."generation" > $2 THEN 'takeover'
                      WHEN b."id" IS NULL AND e."id" IS NULL THEN CASE WHEN m."generation" IS NOT NULL THEN m."kind" END
                      WHEN m."epoch" > COALESCE(b."epoch", e."epoch") THEN 'epoch'
                      WHEN m."ranFrom" IS DISTINCT FROM b."inputFileId" AND m."ranFrom" IS NOT NULL
                           AND m."generation" IS NOT NULL AND b."id" IS NOT NULL AND b."processedAt" IS NULL
                           AND b."openaiBatchId" IS NULL
                           AND m."epoch" >= COALESCE(b."filesGivenUpIn", 0) THEN 'submission' END AS "sign"
            FROM ROWS FROM (json_to_recordset($1::json) AS ("providerId" text, "kind" text, "batchId" text, "epoch" int,
                   "generation" int, "ranFrom" text)) WITH ORDINALITY
                 AS m("providerId", "kind", "batchId", "epoch", "generation", "ranFrom", "at")
            LEFT JOIN "AIBatchRequest" b ON b."id" = m."batchId" AND (m."generation" IS NOT NULL OR ${isOursUnsigned("$3")})
            LEFT JOIN "ErasedBatch" e ON e."id" = m."batchId" AND m."generation" IS NOT NULL) judged
         WHERE "sign" IS NOT NULL ORDER BY "at" LIMIT 1`,
  params: { seen: json<readonly SeenMark[]>(), generation: int, detachedAt: nullable(timestamp) },
  row: { providerId: known(text), sign: known(text) },
});

/**
 * Whether an unsigned mark that names batch `b` is ours: after a detachment, those of the batches from before belong to
 * the installation that this database was copied from. As SQL.
 * @param detachedAt the parameter that holds when it was detached, or null
 */
export function isOursUnsigned(detachedAt: `$${number}`): string {
  return `(${detachedAt}::timestamptz IS NULL OR b."createdAt" > ${detachedAt})`;
}
