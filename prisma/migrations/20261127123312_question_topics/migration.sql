-- AlterTable
ALTER TABLE "AIProcessingRequest" ADD COLUMN     "questionIds" TEXT[];

-- AlterTable
ALTER TABLE "Company" ADD COLUMN     "questionTopics" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "Question" ADD COLUMN     "topic" TEXT,
ADD COLUMN     "topicRequestId" TEXT;

-- What Prisma's schema language cannot say.

-- Partial: made in no time while no row has a topic.
CREATE INDEX "Question_topic_idx" ON "Question" ("companyId", "topic") WHERE "topic" IS NOT NULL;

-- Of the new columns, companies are shown the topic alone.
REVOKE SELECT ON "Question" FROM livedash_tenant;
GRANT SELECT ("id", "companyId", "content", "key", "createdAt", "topic") ON "Question" TO livedash_tenant;

-- A session has failed where its own analysis has, whatever else is asked about it.
CREATE OR REPLACE FUNCTION livedash_analysis_failed(session text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT COALESCE(bool_and(r."processingStatus" = 'PROCESSING_FAILED'), false) FROM "AIProcessingRequest" r
   WHERE r."sessionId" = session AND r."companyId" = livedash_company() AND r."processingType" = 'session-analysis'
$$;
