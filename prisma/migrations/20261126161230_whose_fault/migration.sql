-- AlterTable
ALTER TABLE "AIProcessingRequest" ADD COLUMN     "maxBatchLines" INTEGER;

-- AlterTable
ALTER TABLE "ProviderStop" ADD COLUMN     "metAt" TEXT;

-- CreateTable
CREATE TABLE "ModelStop" (
    "provider" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "metAt" TEXT NOT NULL,
    "refusals" INTEGER NOT NULL,
    "lastBatchId" TEXT NOT NULL,
    "firstSentAt" TIMESTAMPTZ(3) NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL,
    "stoppedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ModelStop_pkey" PRIMARY KEY ("provider","model")
);

-- CreateTable
CREATE TABLE "FileSizeLimit" (
    "provider" TEXT NOT NULL,
    "maxBytes" BIGINT,
    "maxLines" INTEGER,
    "acceptedBytes" BIGINT NOT NULL DEFAULT 0,
    "acceptedLines" INTEGER NOT NULL DEFAULT 0,
    "message" TEXT NOT NULL,
    "learnedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "FileSizeLimit_pkey" PRIMARY KEY ("provider")
);
