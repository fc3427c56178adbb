-- CreateEnum
CREATE TYPE "CompanyStatus" AS ENUM ('ACTIVE', 'SUSPENDED', 'TRIAL', 'ARCHIVED');

-- CreateEnum
CREATE TYPE "SentimentCategory" AS ENUM ('POSITIVE', 'NEUTRAL', 'NEGATIVE');

-- CreateEnum
CREATE TYPE "SessionCategory" AS ENUM ('SCHEDULE_HOURS', 'LEAVE_VACATION', 'SICK_LEAVE_RECOVERY', 'SALARY_COMPENSATION', 'CONTRACT_HOURS', 'ONBOARDING', 'OFFBOARDING', 'WORKWEAR_STAFF_PASS', 'TEAM_CONTACTS', 'PERSONAL_QUESTIONS', 'ACCESS_LOGIN', 'SOCIAL_QUESTIONS', 'UNRECOGNIZED_OTHER');

-- CreateEnum
CREATE TYPE "PriceTier" AS ENUM ('BATCH', 'SYNC');

-- CreateEnum
CREATE TYPE "AIRequestStatus" AS ENUM ('PENDING_BATCHING', 'BATCHING_IN_PROGRESS', 'PROCESSING_COMPLETE', 'PROCESSING_FAILED');

-- CreateEnum
CREATE TYPE "AIBatchRequestStatus" AS ENUM ('PENDING', 'UPLOADING', 'VALIDATING', 'IN_PROGRESS', 'FINALIZING', 'COMPLETED', 'PROCESSED', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "AIAttemptOutcome" AS ENUM ('APPLIED', 'FAILED', 'REQUEUED');

-- CreateEnum
CREATE TYPE "PlatformRole" AS ENUM ('SUPER_ADMIN', 'ADMIN', 'SUPPORT');

-- CreateTable
CREATE TABLE "Company" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "status" "CompanyStatus" NOT NULL DEFAULT 'ACTIVE',
    "csvUrl" TEXT,
    "csvUsername" TEXT,
    "csvPassword" TEXT,
    "timeZone" TEXT NOT NULL DEFAULT 'UTC',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Company_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SessionImport" (
    "id" TEXT NOT NULL,
    "companyId" TEXT NOT NULL,
    "externalSessionId" TEXT NOT NULL,
    "startTimeRaw" TEXT NOT NULL,
    "endTimeRaw" TEXT NOT NULL,
    "ipAddress" TEXT,
    "countryCode" TEXT,
    "language" TEXT,
    "messagesSentRaw" TEXT,
    "sentimentRaw" TEXT,
    "escalatedRaw" TEXT,
    "forwardedHrRaw" TEXT,
    "fullTranscriptUrl" TEXT,
    "avgResponseTimeRaw" TEXT,
    "tokensRaw" TEXT,
    "tokensEurRaw" TEXT,
    "category" TEXT,
    "initialMessage" TEXT,
    "rawTranscriptContent" TEXT,
    "contentHash" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SessionImport_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ImportRun" (
    "id" TEXT NOT NULL,
    "companyId" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),
    "rows" INTEGER NOT NULL DEFAULT 0,
    "imported" INTEGER NOT NULL DEFAULT 0,
    "updated" INTEGER NOT NULL DEFAULT 0,
    "unchanged" INTEGER NOT NULL DEFAULT 0,
    "bad" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,

    CONSTRAINT "ImportRun_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ImportBadRow" (
    "importRunId" TEXT NOT NULL,
    "line" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "reason" TEXT NOT NULL,

    CONSTRAINT "ImportBadRow_pkey" PRIMARY KEY ("importRunId","line")
);

-- CreateTable
CREATE TABLE "Session" (
    "id" TEXT NOT NULL,
    "companyId" TEXT NOT NULL,
    "importId" TEXT,
    "startTime" TIMESTAMPTZ(3) NOT NULL,
    "endTime" TIMESTAMPTZ(3) NOT NULL,
    "ipAddress" TEXT,
    "country" TEXT,
    "fullTranscriptUrl" TEXT,
    "avgResponseTime" DOUBLE PRECISION,
    "initialMsg" TEXT,
    "language" TEXT,
    "messagesSent" INTEGER,
    "sentiment" "SentimentCategory",
    "escalated" BOOLEAN,
    "forwardedHr" BOOLEAN,
    "category" "SessionCategory",
    "summary" TEXT,
    "analysedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Message" (
    "id" TEXT NOT NULL,
    "sessionId" TEXT NOT NULL,
    "timestamp" TIMESTAMPTZ(3),
    "role" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "order" INTEGER NOT NULL,

    CONSTRAINT "Message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Question" (
    "id" TEXT NOT NULL,
    "companyId" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Question_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SessionQuestion" (
    "sessionId" TEXT NOT NULL,
    "order" INTEGER NOT NULL,
    "questionId" TEXT NOT NULL,

    CONSTRAINT "SessionQuestion_pkey" PRIMARY KEY ("sessionId","order")
);

-- CreateTable
CREATE TABLE "AIModel" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "isActive" BOOLEAN NOT NULL DEFAULT true,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AIModel_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AIModelPricing" (
    "id" TEXT NOT NULL,
    "aiModelId" TEXT NOT NULL,
    "tier" "PriceTier" NOT NULL,
    "currency" TEXT NOT NULL DEFAULT 'USD',
    "inputPerMillion" DECIMAL(14,6) NOT NULL,
    "cachedInputPerMillion" DECIMAL(14,6) NOT NULL,
    "outputPerMillion" DECIMAL(14,6) NOT NULL,
    "effectiveFrom" TIMESTAMPTZ(3) NOT NULL,
    "effectiveUntil" TIMESTAMPTZ(3),

    CONSTRAINT "AIModelPricing_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ExchangeRate" (
    "id" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "eurPerUnit" DECIMAL(14,6) NOT NULL,
    "effectiveFrom" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ExchangeRate_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CompanyAIModel" (
    "companyId" TEXT NOT NULL,
    "aiModelId" TEXT NOT NULL,
    "isDefault" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "CompanyAIModel_pkey" PRIMARY KEY ("companyId","aiModelId")
);

-- CreateTable
CREATE TABLE "AIProcessingRequest" (
    "id" TEXT NOT NULL,
    "companyId" TEXT NOT NULL,
    "sessionId" TEXT NOT NULL,
    "openaiRequestId" TEXT,
    "model" TEXT NOT NULL,
    "serviceTier" TEXT,
    "systemFingerprint" TEXT,
    "promptTokens" INTEGER NOT NULL DEFAULT 0,
    "completionTokens" INTEGER NOT NULL DEFAULT 0,
    "totalTokens" INTEGER NOT NULL DEFAULT 0,
    "cachedTokens" INTEGER,
    "audioTokensPrompt" INTEGER,
    "reasoningTokens" INTEGER,
    "audioTokensCompletion" INTEGER,
    "acceptedPredictionTokens" INTEGER,
    "rejectedPredictionTokens" INTEGER,
    "promptTokenCost" DECIMAL(18,10) NOT NULL DEFAULT 0,
    "completionTokenCost" DECIMAL(18,10) NOT NULL DEFAULT 0,
    "totalCostEur" DECIMAL(18,10) NOT NULL DEFAULT 0,
    "processingType" TEXT NOT NULL,
    "analysisVersion" INTEGER,
    "success" BOOLEAN NOT NULL DEFAULT false,
    "errorCode" TEXT,
    "errorMessage" TEXT,
    "requestedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "completedAt" TIMESTAMPTZ(3),
    "processingStatus" "AIRequestStatus" NOT NULL DEFAULT 'PENDING_BATCHING',
    "batchId" TEXT,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "failedAttempts" INTEGER NOT NULL DEFAULT 0,
    "notBefore" TIMESTAMPTZ(3),
    "maxOutputTokens" INTEGER,

    CONSTRAINT "AIProcessingRequest_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AIBatchRequest" (
    "id" TEXT NOT NULL,
    "companyId" TEXT NOT NULL,
    "openaiBatchId" TEXT,
    "inputFileId" TEXT,
    "outputFileId" TEXT,
    "errorFileId" TEXT,
    "status" "AIBatchRequestStatus" NOT NULL DEFAULT 'PENDING',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "submittedAt" TIMESTAMPTZ(3),
    "completedAt" TIMESTAMPTZ(3),
    "processedAt" TIMESTAMPTZ(3),
    "provider" TEXT NOT NULL DEFAULT 'openai',
    "model" TEXT NOT NULL,
    "endpoint" TEXT NOT NULL,
    "requestCount" INTEGER NOT NULL,
    "byteSize" BIGINT NOT NULL,
    "contentHash" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL DEFAULT 0,
    "leaseOwner" TEXT,
    "leaseExpiresAt" TIMESTAMPTZ(3),
    "notBefore" TIMESTAMPTZ(3),
    "callFailures" INTEGER NOT NULL DEFAULT 0,
    "settlingSince" TIMESTAMPTZ(3),
    "submissions" INTEGER NOT NULL DEFAULT 0,
    "providerStatus" TEXT,
    "providerCounts" JSONB,
    "errors" JSONB,
    "errorCode" TEXT,
    "errorMessage" TEXT,
    "expiresAt" TIMESTAMPTZ(3),
    "appliedCount" INTEGER NOT NULL DEFAULT 0,
    "failedCount" INTEGER NOT NULL DEFAULT 0,
    "requeuedCount" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "AIBatchRequest_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AIRequestAttempt" (
    "requestId" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "batchId" TEXT NOT NULL,
    "outcome" "AIAttemptOutcome" NOT NULL,
    "code" TEXT,
    "message" TEXT,
    "promptTokens" INTEGER NOT NULL DEFAULT 0,
    "cachedTokens" INTEGER NOT NULL DEFAULT 0,
    "completionTokens" INTEGER NOT NULL DEFAULT 0,
    "reasoningTokens" INTEGER NOT NULL DEFAULT 0,
    "totalTokens" INTEGER NOT NULL DEFAULT 0,
    "pricingId" TEXT,
    "costEur" DECIMAL(18,10) NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AIRequestAttempt_pkey" PRIMARY KEY ("requestId","attempt")
);

-- CreateTable
CREATE TABLE "PlatformUser" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" "PlatformRole" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "PlatformUser_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SecurityAuditLog" (
    "id" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "platformUserId" TEXT,
    "action" TEXT NOT NULL,
    "targetType" TEXT,
    "targetId" TEXT,
    "outcome" TEXT NOT NULL,
    "ipAddress" TEXT,
    "details" JSONB,

    CONSTRAINT "SecurityAuditLog_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Company_name_key" ON "Company"("name");

-- CreateIndex
CREATE UNIQUE INDEX "SessionImport_companyId_externalSessionId_key" ON "SessionImport"("companyId", "externalSessionId");

-- CreateIndex
CREATE INDEX "ImportRun_companyId_startedAt_idx" ON "ImportRun"("companyId", "startedAt");

-- CreateIndex
CREATE UNIQUE INDEX "Session_importId_key" ON "Session"("importId");

-- CreateIndex
CREATE INDEX "Session_companyId_startTime_idx" ON "Session"("companyId", "startTime");

-- CreateIndex
CREATE INDEX "Session_analysedAt_idx" ON "Session"("analysedAt");

-- CreateIndex
CREATE UNIQUE INDEX "Message_sessionId_order_key" ON "Message"("sessionId", "order");

-- CreateIndex
CREATE UNIQUE INDEX "Question_companyId_content_key" ON "Question"("companyId", "content");

-- CreateIndex
CREATE INDEX "SessionQuestion_questionId_idx" ON "SessionQuestion"("questionId");

-- CreateIndex
CREATE UNIQUE INDEX "AIModel_name_key" ON "AIModel"("name");

-- CreateIndex
CREATE UNIQUE INDEX "AIModelPricing_aiModelId_tier_effectiveFrom_key" ON "AIModelPricing"("aiModelId", "tier", "effectiveFrom");

-- CreateIndex
CREATE UNIQUE INDEX "ExchangeRate_currency_effectiveFrom_key" ON "ExchangeRate"("currency", "effectiveFrom");

-- CreateIndex
CREATE INDEX "AIProcessingRequest_processingStatus_idx" ON "AIProcessingRequest"("processingStatus");

-- CreateIndex
CREATE INDEX "AIProcessingRequest_batchId_idx" ON "AIProcessingRequest"("batchId");

-- CreateIndex
CREATE INDEX "AIProcessingRequest_sessionId_idx" ON "AIProcessingRequest"("sessionId");

-- CreateIndex
CREATE UNIQUE INDEX "AIBatchRequest_openaiBatchId_key" ON "AIBatchRequest"("openaiBatchId");

-- CreateIndex
CREATE UNIQUE INDEX "AIBatchRequest_inputFileId_key" ON "AIBatchRequest"("inputFileId");

-- CreateIndex
CREATE INDEX "AIBatchRequest_companyId_status_idx" ON "AIBatchRequest"("companyId", "status");

-- CreateIndex
CREATE INDEX "AIBatchRequest_status_idx" ON "AIBatchRequest"("status");

-- CreateIndex
CREATE INDEX "AIBatchRequest_createdAt_idx" ON "AIBatchRequest"("createdAt");

-- CreateIndex
CREATE INDEX "AIRequestAttempt_batchId_idx" ON "AIRequestAttempt"("batchId");

-- CreateIndex
CREATE INDEX "AIRequestAttempt_outcome_code_createdAt_idx" ON "AIRequestAttempt"("outcome", "code", "createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "PlatformUser_email_key" ON "PlatformUser"("email");

-- CreateIndex
CREATE INDEX "SecurityAuditLog_createdAt_idx" ON "SecurityAuditLog"("createdAt");

-- AddForeignKey
ALTER TABLE "SessionImport" ADD CONSTRAINT "SessionImport_companyId_fkey" FOREIGN KEY ("companyId") REFERENCES "Company"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ImportRun" ADD CONSTRAINT "ImportRun_companyId_fkey" FOREIGN KEY ("companyId") REFERENCES "Company"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ImportBadRow" ADD CONSTRAINT "ImportBadRow_importRunId_fkey" FOREIGN KEY ("importRunId") REFERENCES "ImportRun"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_companyId_fkey" FOREIGN KEY ("companyId") REFERENCES "Company"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_importId_fkey" FOREIGN KEY ("importId") REFERENCES "SessionImport"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Message" ADD CONSTRAINT "Message_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "Session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Question" ADD CONSTRAINT "Question_companyId_fkey" FOREIGN KEY ("companyId") REFERENCES "Company"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SessionQuestion" ADD CONSTRAINT "SessionQuestion_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "Session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SessionQuestion" ADD CONSTRAINT "SessionQuestion_questionId_fkey" FOREIGN KEY ("questionId") REFERENCES "Question"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AIModelPricing" ADD CONSTRAINT "AIModelPricing_aiModelId_fkey" FOREIGN KEY ("aiModelId") REFERENCES "AIModel"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CompanyAIModel" ADD CONSTRAINT "CompanyAIModel_companyId_fkey" FOREIGN KEY ("companyId") REFERENCES "Company"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CompanyAIModel" ADD CONSTRAINT "CompanyAIModel_aiModelId_fkey" FOREIGN KEY ("aiModelId") REFERENCES "AIModel"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AIProcessingRequest" ADD CONSTRAINT "AIProcessingRequest_companyId_fkey" FOREIGN KEY ("companyId") REFERENCES "Company"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AIProcessingRequest" ADD CONSTRAINT "AIProcessingRequest_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "Session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AIProcessingRequest" ADD CONSTRAINT "AIProcessingRequest_batchId_fkey" FOREIGN KEY ("batchId") REFERENCES "AIBatchRequest"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AIBatchRequest" ADD CONSTRAINT "AIBatchRequest_companyId_fkey" FOREIGN KEY ("companyId") REFERENCES "Company"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AIRequestAttempt" ADD CONSTRAINT "AIRequestAttempt_requestId_fkey" FOREIGN KEY ("requestId") REFERENCES "AIProcessingRequest"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AIRequestAttempt" ADD CONSTRAINT "AIRequestAttempt_batchId_fkey" FOREIGN KEY ("batchId") REFERENCES "AIBatchRequest"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SecurityAuditLog" ADD CONSTRAINT "SecurityAuditLog_platformUserId_fkey" FOREIGN KEY ("platformUserId") REFERENCES "PlatformUser"("id") ON DELETE SET NULL ON UPDATE CASCADE;
