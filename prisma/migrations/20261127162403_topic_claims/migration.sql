-- CreateTable
CREATE TABLE "TopicClaim" (
    "companyId" TEXT NOT NULL,
    "key" UUID NOT NULL,
    "requestId" TEXT NOT NULL,

    CONSTRAINT "TopicClaim_pkey" PRIMARY KEY ("companyId","key")
);

-- What is asked for already.
INSERT INTO "TopicClaim" ("companyId", "key", "requestId")
SELECT DISTINCT ON (q."companyId", q."key") q."companyId", q."key", r."id"
  FROM "Question" q JOIN "AIProcessingRequest" r ON r."id" = q."topicRequestId"
 WHERE q."key" IS NOT NULL
 ORDER BY q."companyId", q."key", r."requestedAt" DESC;

-- AlterTable
ALTER TABLE "Question" DROP COLUMN "topicRequestId";

-- CreateIndex
CREATE INDEX "TopicClaim_requestId_idx" ON "TopicClaim"("requestId");

-- AddForeignKey
ALTER TABLE "TopicClaim" ADD CONSTRAINT "TopicClaim_requestId_fkey" FOREIGN KEY ("requestId") REFERENCES "AIProcessingRequest"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's schema language cannot say.

-- Ordered like the request's own id, as in the ledger.
ALTER TABLE "TopicClaim" ALTER COLUMN "requestId" TYPE TEXT COLLATE "C";

-- Of what a company may switch off: other requests do not touch it.
CREATE INDEX "AIProcessingRequest_pending_topics_idx" ON "AIProcessingRequest" ("companyId")
  WHERE "processingStatus" = 'PENDING_BATCHING' AND "processingType" = 'question-topics';
