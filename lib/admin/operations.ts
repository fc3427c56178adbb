import type { Operation } from "../api/operation.ts";
import { checkProviderAccount } from "./accounts/checkProviderAccount.ts";
import { createProviderAccount } from "./accounts/createProviderAccount.ts";
import { disableProviderAccount } from "./accounts/disableProviderAccount.ts";
import { enableProviderAccount } from "./accounts/enableProviderAccount.ts";
import { listProviderAccounts } from "./accounts/listProviderAccounts.ts";
import { removeProviderAccount } from "./accounts/removeProviderAccount.ts";
import { replaceProviderKey } from "./accounts/replaceProviderKey.ts";
import { followAudit } from "./audit/followAudit.ts";
import { listAudit } from "./audit/listAudit.ts";
import { readAuditSeal } from "./audit/readAuditSeal.ts";
import { cancelBatch } from "./batches/cancelBatch.ts";
import { giveUpBatch } from "./batches/giveUpBatch.ts";
import { listBatches } from "./batches/listBatches.ts";
import { readBatch } from "./batches/readBatch.ts";
import { watchBatch } from "./batches/watchBatch.ts";
import { abortBulkRequeue } from "./bulk/abortBulkRequeue.ts";
import { createBulkRequeue } from "./bulk/createBulkRequeue.ts";
import { listBulkRequeues } from "./bulk/listBulkRequeues.ts";
import { readBulkRequeue } from "./bulk/readBulkRequeue.ts";
import { watchBulkRequeue } from "./bulk/watchBulkRequeue.ts";
import { createCompany } from "./companies/createCompany.ts";
import { importNow } from "./companies/importNow.ts";
import { listCompanies } from "./companies/listCompanies.ts";
import { readCompany } from "./companies/readCompany.ts";
import { updateCompany } from "./companies/updateCompany.ts";
import { eraseSessions } from "./erasure/eraseSessions.ts";
import { readmitSessions } from "./erasure/readmitSessions.ts";
import { abortExport } from "./export/abortExport.ts";
import { createExport } from "./export/createExport.ts";
import { exportList } from "./export/exportList.ts";
import { readExportFile } from "./export/readExportFile.ts";
import { listFailureGroups } from "./failures/listFailureGroups.ts";
import { findById } from "./find/findById.ts";
import { dryRunCsv } from "./imports/dryRunCsv.ts";
import { exportBadRows } from "./imports/exportBadRows.ts";
import { listBadRows } from "./imports/listBadRows.ts";
import { listImports } from "./imports/listImports.ts";
import { readImport } from "./imports/readImport.ts";
import { uploadCsv } from "./imports/uploadCsv.ts";
import { watchImport } from "./imports/watchImport.ts";
import { abortJob } from "./jobs/abortJob.ts";
import { listJobs } from "./jobs/listJobs.ts";
import { readJob } from "./jobs/readJob.ts";
import { retryJob } from "./jobs/retryJob.ts";
import { watchJob } from "./jobs/watchJob.ts";
import { createKey } from "./keys/createKey.ts";
import { listKeys } from "./keys/listKeys.ts";
import { revokeKey } from "./keys/revokeKey.ts";
import { rotateKey } from "./keys/rotateKey.ts";
import { readMe } from "./me/readMe.ts";
import { readMetrics } from "./metrics/readMetrics.ts";
import { addExchangeRate } from "./models/addExchangeRate.ts";
import { addPrice } from "./models/addPrice.ts";
import { createModel } from "./models/createModel.ts";
import { listExchangeRates } from "./models/listExchangeRates.ts";
import { listModels } from "./models/listModels.ts";
import { updateModel } from "./models/updateModel.ts";
import { readPipeline } from "./overview/readPipeline.ts";
import { readSummary } from "./overview/readSummary.ts";
import { watchPipeline } from "./overview/watchPipeline.ts";
import { tryNow } from "./pipeline/tryNow.ts";
import { listRequests } from "./requests/listRequests.ts";
import { readRequest } from "./requests/readRequest.ts";
import { requeueRequests } from "./requests/requeueRequests.ts";
import { watchRequest } from "./requests/watchRequest.ts";
import { listResultVersions } from "./results/listResultVersions.ts";
import { reanalyse } from "./results/reanalyse.ts";
import { switchResults } from "./results/switchResults.ts";
import { listSchedulers } from "./schedulers/listSchedulers.ts";
import { pauseScheduler } from "./schedulers/pauseScheduler.ts";
import { resumeScheduler } from "./schedulers/resumeScheduler.ts";
import { createServiceAccount } from "./serviceAccounts/createServiceAccount.ts";
import { listServiceAccounts } from "./serviceAccounts/listServiceAccounts.ts";
import { updateServiceAccount } from "./serviceAccounts/updateServiceAccount.ts";
import { readSpending } from "./spending/readSpending.ts";
import { resumeSpending } from "./spending/resumeSpending.ts";
import { stopSpending } from "./spending/stopSpending.ts";
import { createUser } from "./users/createUser.ts";
import { listUsers } from "./users/listUsers.ts";
import { resetPassword } from "./users/resetPassword.ts";
import { resetTwoFactor } from "./users/resetTwoFactor.ts";
import { revokeSessions } from "./users/revokeSessions.ts";
import { updateUser } from "./users/updateUser.ts";
import { readVersion } from "./version/readVersion.ts";

/** The admin side's operations, in the order in which they are described. */
export const ADMIN_OPERATIONS: readonly Operation[] = [
  readSummary,
  readPipeline,
  watchPipeline,
  readMetrics,
  tryNow,
  readSpending,
  stopSpending,
  resumeSpending,
  listRequests,
  readRequest,
  watchRequest,
  requeueRequests,
  createBulkRequeue,
  listBulkRequeues,
  readBulkRequeue,
  watchBulkRequeue,
  abortBulkRequeue,
  listJobs,
  readJob,
  watchJob,
  abortJob,
  retryJob,
  listFailureGroups,
  findById,
  listBatches,
  readBatch,
  watchBatch,
  cancelBatch,
  giveUpBatch,
  exportList,
  createExport,
  readExportFile,
  abortExport,
  listResultVersions,
  reanalyse,
  switchResults,
  eraseSessions,
  readmitSessions,
  listSchedulers,
  pauseScheduler,
  resumeScheduler,
  listImports,
  uploadCsv,
  dryRunCsv,
  readImport,
  watchImport,
  listBadRows,
  exportBadRows,
  listCompanies,
  createCompany,
  readCompany,
  updateCompany,
  importNow,
  listProviderAccounts,
  createProviderAccount,
  replaceProviderKey,
  checkProviderAccount,
  disableProviderAccount,
  enableProviderAccount,
  removeProviderAccount,
  listModels,
  createModel,
  updateModel,
  addPrice,
  listExchangeRates,
  addExchangeRate,
  listUsers,
  createUser,
  updateUser,
  resetPassword,
  resetTwoFactor,
  revokeSessions,
  listServiceAccounts,
  createServiceAccount,
  updateServiceAccount,
  listKeys,
  createKey,
  rotateKey,
  revokeKey,
  listAudit,
  readAuditSeal,
  followAudit,
  readMe,
  readVersion,
];
