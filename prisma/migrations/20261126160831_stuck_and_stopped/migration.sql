-- AlterTable
ALTER TABLE "AIBatchRequest" ADD COLUMN     "cancelAnsweredAt" TIMESTAMPTZ(3),
ADD COLUMN     "failedCalls" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "failingSince" TIMESTAMPTZ(3),
ADD COLUMN     "giveUpReason" TEXT,
ADD COLUMN     "givenUpAt" TIMESTAMPTZ(3),
ADD COLUMN     "givenUpBy" TEXT,
ADD COLUMN     "requeueAt" TIMESTAMPTZ(3),
ADD COLUMN     "requeueConfirmed" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "stuckSince" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "SpendingStop" (
    "scope" TEXT NOT NULL,
    "stoppedAt" TIMESTAMPTZ(3) NOT NULL,
    "stoppedBy" TEXT,
    "reason" TEXT NOT NULL,

    CONSTRAINT "SpendingStop_pkey" PRIMARY KEY ("scope")
);
