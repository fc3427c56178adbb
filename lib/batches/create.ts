import type { Sql } from "../db/pool.ts";
import { bigint, bool, int, json, nullable, numeric, statement, text, timestamp } from "../db/statement.ts";
import type { AnalysisVersions, Batch } from "./batch.ts";
import { ownerOf } from "./lease.ts";

/** What every batch begins with. */
interface NewBatch extends Pick<Batch, "id" | "companyId" | "model" | "requestCount" | "contentHash" | "epoch"> {
  /** Whose it is, and which of their endpoints answers its lines. */
  provider: { name: string; endpoint: string };
  /** Of its input file. */
  bytes: number;
  estimatedTokens: number;
}

/** One of which the provider knows nothing yet, in the hands of the worker that has claimed its requests. */
interface NewClaimedBatch extends NewBatch {
  createdAt: Date;
  leaseOwner: string;
  leaseExpiresAt: Date;
  /** Of the analyses that its lines ask for, by their names. */
  analysisVersions: AnalysisVersions;
  /** In euros, as a decimal; null where no price is known. */
  estimatedCostEur: string | null;
}

export async function createClaimed(
  sql: Sql,
  { provider, bytes, analysisVersions, ...batch }: NewClaimedBatch,
): Promise<void> {
  await CREATE_CLAIMED.run(sql, {
    ...batch,
    analysisVersions: JSON.stringify(analysisVersions),
    provider: provider.name,
    endpoint: provider.endpoint,
    byteSize: bytes,
  });
}

const CREATE_CLAIMED = statement({
  sql: `INSERT INTO "AIBatchRequest" ("id", "companyId", "model", "provider", "endpoint", "status", "createdAt",
          "requestCount", "byteSize", "contentHash", "epoch", "leaseOwner", "leaseExpiresAt", "estimatedTokens",
          "estimatedCostEur", "analysisVersions")
        VALUES ($1, $2, $3, $4, $5, 'PENDING', $6, $7, $8, $9, $10, ${ownerOf("$11", "$4::text")}, $12, $13, $14, $15)`,
  params: {
    id: text,
    companyId: text,
    model: text,
    provider: text,
    endpoint: text,
    createdAt: timestamp,
    requestCount: int,
    byteSize: bigint,
    contentHash: text,
    epoch: int,
    leaseOwner: text,
    leaseExpiresAt: timestamp,
    estimatedTokens: int,
    estimatedCostEur: nullable(numeric),
    analysisVersions: json<AnalysisVersions>(),
  },
});

/** One that the provider has, and that the database had forgotten: nobody holds it, and it was handed over once. */
interface NewForgottenBatch extends NewBatch {
  /** By the provider's clock. */
  submittedAt: Date;
  theirs: { id: string; inputFileId: string | null; word: string; expiresAt: Date | null };
  isPartial: boolean;
}

export async function createForgotten(
  sql: Sql,
  { provider, bytes, theirs, ...batch }: NewForgottenBatch,
): Promise<void> {
  await CREATE_FORGOTTEN.run(sql, {
    ...batch,
    provider: provider.name,
    endpoint: provider.endpoint,
    byteSize: bytes,
    openaiBatchId: theirs.id,
    inputFileId: theirs.inputFileId,
    providerStatus: theirs.word,
    expiresAt: theirs.expiresAt,
  });
}

const CREATE_FORGOTTEN = statement({
  sql: `INSERT INTO "AIBatchRequest" ("id", "companyId", "model", "provider", "endpoint", "status", "createdAt", "submittedAt",
          "requestCount", "byteSize", "contentHash", "epoch", "estimatedTokens", "openaiBatchId", "inputFileId",
          "providerStatus", "expiresAt", "submissions", "isPartial")
        VALUES ($1, $2, $3, $4, $5, 'VALIDATING', $6, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1, $16)`,
  params: {
    id: text,
    companyId: text,
    model: text,
    provider: text,
    endpoint: text,
    submittedAt: timestamp,
    requestCount: int,
    byteSize: bigint,
    contentHash: text,
    epoch: int,
    estimatedTokens: int,
    openaiBatchId: text,
    inputFileId: nullable(text),
    providerStatus: text,
    expiresAt: nullable(timestamp),
    isPartial: bool,
  },
});
