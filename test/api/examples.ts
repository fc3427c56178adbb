import type { TestConsole } from "./support.ts";

/** The company whose users call the company side. */
export const COMPANY = "company_id_1";

/**
 * The rows that the examples of the API's description name by their ids. A new example that names another one needs its
 * row here.
 */
export async function insertExamples({ sql }: TestConsole): Promise<void> {
  await sql(`INSERT INTO "Company" ("id", "name") VALUES ('${COMPANY}', 'Example'), ('foreign', 'Foreign')`);
  await sql(`INSERT INTO "AIModel" ("id", "name") VALUES ('model_id_1', 'example-model')`);
  await sql(
    `INSERT INTO "Session" ("id", "companyId", "startTime", "endTime", "analysedAt")
     VALUES ('cm3u7xk2p0001', '${COMPANY}', now(), now(), now()), ('foreign_session', 'foreign', now(), now(), now())`,
  );
  await sql(
    `INSERT INTO "Question" ("id", "companyId", "content")
     VALUES ('cm3u7xk2p0002', '${COMPANY}', 'How?'), ('foreign_question', 'foreign', 'What?')`,
  );
  await sql(
    `INSERT INTO "AIBatchRequest" ("id", "companyId", "model", "status", "endpoint", "requestCount", "byteSize", "contentHash",
       "processedAt") VALUES ('batch_id_1', '${COMPANY}', 'gpt-6-luna', 'PROCESSED', '/v1/responses', 2, 1, 'x', now())`,
  );
  await sql(
    `INSERT INTO "AIProcessingRequest" ("id", "companyId", "sessionId", "model", "processingType", "processingStatus")
     SELECT 'req_id_' || i, '${COMPANY}', 'cm3u7xk2p0001', 'gpt-6-luna', 'session-analysis', 'PROCESSING_FAILED'
       FROM generate_series(1, 2) i`,
  );
  await sql(
    `INSERT INTO "BulkRequeue" ("id", "filter", "cutoff", "reason", "matched", "createdBy")
     VALUES ('bulk_id_1', '{}', now(), 'for the tests', 0, 'test')`,
  );
  await sql(
    `INSERT INTO "ImportRun" ("id", "companyId", "source", "finishedAt") VALUES ('import_id_1', '${COMPANY}', 'a.csv', now())`,
  );
  await sql(
    `INSERT INTO "PlatformUser" ("id", "email", "name", "role") VALUES ('user_id_1', 'u@example.com', 'U', 'SUPPORT')`,
  );
  await sql(
    `INSERT INTO "ApiKey" ("id", "name", "role", "scopes", "hash", "prefix", "createdBy")
     VALUES ('key_id_1', 'example', 'SUPPORT', '{}', 'no hash', 'ldk_', 'test')`,
  );
}
