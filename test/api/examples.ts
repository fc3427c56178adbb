import type { TestConsole } from "./support.ts";

/** The company whose users call the company side. */
export const COMPANY = "company_id_1";

/**
 * The rows that the examples of the API's description name by their ids. A new example that names another one needs its
 * row here.
 */
export async function insertExamples({ database: { rows } }: TestConsole): Promise<void> {
  const analysedAt = new Date();
  await rows.sessions([
    { id: "cm3u7xk2p0001", companyId: COMPANY, analysedAt },
    { id: "foreign_session", companyId: "foreign", analysedAt },
  ]);
  await rows.questions([
    { id: "cm3u7xk2p0002", companyId: COMPANY, content: "How?" },
    { id: "foreign_question", companyId: "foreign", content: "What?" },
  ]);
  await rows.account({ id: "azure-eu", kind: "azure", address: "http://127.0.0.1:9" });
  await rows.model({ id: "model_id_1", name: "example-model", accountId: "azure-eu" });
  await rows.batch({ id: "batch_id_1", companyId: COMPANY, status: "PROCESSED", requestCount: 2 });
  const isHanging = { status: "FINALIZING", openaiBatchId: "batch_theirs", inputFileId: "file_theirs" } as const;
  await rows.batch({ id: "batch_id_2", companyId: COMPANY, ...isHanging, processedAt: null });
  await rows.requests(2, (n) => ({
    id: `req_id_${n}`,
    sessionId: "cm3u7xk2p0001",
    processingStatus: "PROCESSING_FAILED",
  }));
  await rows.bulkRequeue({ id: "bulk_id_1" });
  await rows.jobs([{ id: "job_id_1" }, { id: "job_id_2", state: "FAILED", finishedAt: new Date() }]);
  const input = { list: "requests", filter: {}, fileId: "file_id_1", askedById: "user_id_1" };
  await rows.job({ id: "job_id_3", kind: "list-export", input, state: "ABORTED", finishedAt: new Date() });
  const sessionsExport = {
    kind: "sessions-export",
    input: { companyId: COMPANY, filter: {}, fileId: "file_id_2", askedById: "company_user_id_1" },
    state: "ABORTED",
    finishedAt: new Date(),
  } as const;
  await rows.job({ ...sessionsExport, id: "job_id_4", companyId: COMPANY });
  await rows.job({ ...sessionsExport, id: "foreign_export", companyId: "foreign" });
  await rows.importRun({ id: "import_id_1", companyId: COMPANY, finishedAt: new Date() });
  await rows.platformUser({ id: "user_id_1" });
  await rows.user({ id: "company_user_id_1", companyId: COMPANY });
  await rows.user({ id: "foreign_user", companyId: "foreign" });
  await rows.serviceAccount({ id: "service_account_id_1" });
  await rows.apiKey({ id: "key_id_1", serviceAccountId: "service_account_id_1" });
}
