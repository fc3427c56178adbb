-- AlterTable
ALTER TABLE "AIBatchRequest" ADD COLUMN     "analysisVersions" JSONB;

-- CreateTable
CREATE TABLE "AnalysisResult" (
    "requestId" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "companyId" TEXT NOT NULL,
    "sessionId" TEXT NOT NULL,
    "analysis" TEXT NOT NULL,
    "version" INTEGER,
    "model" TEXT NOT NULL,
    "answer" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "appliedAt" TIMESTAMPTZ(3),
    "replacedAt" TIMESTAMPTZ(3),

    CONSTRAINT "AnalysisResult_pkey" PRIMARY KEY ("requestId","attempt")
);

-- AddForeignKey
ALTER TABLE "AnalysisResult" ADD CONSTRAINT "AnalysisResult_requestId_fkey" FOREIGN KEY ("requestId") REFERENCES "AIProcessingRequest"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's schema language cannot say.

-- Ordered like the request's own id, as in the ledger: or no index would serve a join with it.
ALTER TABLE "AnalysisResult" ALTER COLUMN "requestId" TYPE TEXT COLLATE "C";

-- Companies are shown their sessions, and granted nothing here. If they ever are, each sees its own.
ALTER TABLE "AnalysisResult" ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "AnalysisResult" FOR SELECT TO livedash_tenant
  USING ("companyId" = (SELECT livedash_company()));
