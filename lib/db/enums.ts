// The enums of prisma/schema.prisma, with their labels. Written by `npm run prisma:generate`.

export const CompanyStatus = {
  ACTIVE: "ACTIVE",
  SUSPENDED: "SUSPENDED",
  TRIAL: "TRIAL",
  ARCHIVED: "ARCHIVED",
} as const;
export type CompanyStatus = (typeof CompanyStatus)[keyof typeof CompanyStatus];

export const SentimentCategory = {
  POSITIVE: "POSITIVE",
  NEUTRAL: "NEUTRAL",
  NEGATIVE: "NEGATIVE",
} as const;
export type SentimentCategory = (typeof SentimentCategory)[keyof typeof SentimentCategory];

export const SessionCategory = {
  SCHEDULE_HOURS: "SCHEDULE_HOURS",
  LEAVE_VACATION: "LEAVE_VACATION",
  SICK_LEAVE_RECOVERY: "SICK_LEAVE_RECOVERY",
  SALARY_COMPENSATION: "SALARY_COMPENSATION",
  CONTRACT_HOURS: "CONTRACT_HOURS",
  ONBOARDING: "ONBOARDING",
  OFFBOARDING: "OFFBOARDING",
  WORKWEAR_STAFF_PASS: "WORKWEAR_STAFF_PASS",
  TEAM_CONTACTS: "TEAM_CONTACTS",
  PERSONAL_QUESTIONS: "PERSONAL_QUESTIONS",
  ACCESS_LOGIN: "ACCESS_LOGIN",
  SOCIAL_QUESTIONS: "SOCIAL_QUESTIONS",
  UNRECOGNIZED_OTHER: "UNRECOGNIZED_OTHER",
} as const;
export type SessionCategory = (typeof SessionCategory)[keyof typeof SessionCategory];

export const PriceTier = {
  BATCH: "BATCH",
  SYNC: "SYNC",
} as const;
export type PriceTier = (typeof PriceTier)[keyof typeof PriceTier];

export const AIRequestStatus = {
  PENDING_BATCHING: "PENDING_BATCHING",
  BATCHING_IN_PROGRESS: "BATCHING_IN_PROGRESS",
  PROCESSING_COMPLETE: "PROCESSING_COMPLETE",
  PROCESSING_FAILED: "PROCESSING_FAILED",
} as const;
export type AIRequestStatus = (typeof AIRequestStatus)[keyof typeof AIRequestStatus];

export const AIBatchRequestStatus = {
  PENDING: "PENDING",
  UPLOADING: "UPLOADING",
  VALIDATING: "VALIDATING",
  IN_PROGRESS: "IN_PROGRESS",
  FINALIZING: "FINALIZING",
  COMPLETED: "COMPLETED",
  PROCESSED: "PROCESSED",
  FAILED: "FAILED",
  CANCELLED: "CANCELLED",
} as const;
export type AIBatchRequestStatus = (typeof AIBatchRequestStatus)[keyof typeof AIBatchRequestStatus];

export const AIAttemptOutcome = {
  APPLIED: "APPLIED",
  FAILED: "FAILED",
  REQUEUED: "REQUEUED",
} as const;
export type AIAttemptOutcome = (typeof AIAttemptOutcome)[keyof typeof AIAttemptOutcome];

export const BulkRequeueStatus = {
  WAITING: "WAITING",
  RUNNING: "RUNNING",
  DONE: "DONE",
  ABORTED: "ABORTED",
  FAILED: "FAILED",
} as const;
export type BulkRequeueStatus = (typeof BulkRequeueStatus)[keyof typeof BulkRequeueStatus];

export const JobState = {
  QUEUED: "QUEUED",
  RUNNING: "RUNNING",
  DONE: "DONE",
  FAILED: "FAILED",
  ABORTED: "ABORTED",
} as const;
export type JobState = (typeof JobState)[keyof typeof JobState];

export const PlatformRole = {
  SUPER_ADMIN: "SUPER_ADMIN",
  ADMIN: "ADMIN",
  SUPPORT: "SUPPORT",
} as const;
export type PlatformRole = (typeof PlatformRole)[keyof typeof PlatformRole];

export const CompanyRole = {
  ADMIN: "ADMIN",
  USER: "USER",
  AUDITOR: "AUDITOR",
} as const;
export type CompanyRole = (typeof CompanyRole)[keyof typeof CompanyRole];
