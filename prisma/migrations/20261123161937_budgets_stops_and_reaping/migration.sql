-- AlterTable
ALTER TABLE "AIBatchRequest" ADD COLUMN     "estimatedTokens" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "filesDeletedAt" TIMESTAMPTZ(3),
ADD COLUMN     "promptTokens" INTEGER;

-- CreateTable
CREATE TABLE "ModelBudget" (
    "model" TEXT NOT NULL,
    "enqueuedLimit" BIGINT NOT NULL,
    "safety" DOUBLE PRECISION NOT NULL DEFAULT 1,
    "isNamed" BOOLEAN NOT NULL DEFAULT true,
    "refusals" INTEGER NOT NULL DEFAULT 0,
    "notBefore" TIMESTAMPTZ(3),
    "learnedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ModelBudget_pkey" PRIMARY KEY ("model")
);

-- CreateTable
CREATE TABLE "ProviderStop" (
    "provider" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "stoppedAt" TIMESTAMPTZ(3) NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ProviderStop_pkey" PRIMARY KEY ("provider")
);

-- CreateTable
CREATE TABLE "ReapedItem" (
    "providerId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "batchId" TEXT NOT NULL,
    "reapedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ReapedItem_pkey" PRIMARY KEY ("providerId")
);
