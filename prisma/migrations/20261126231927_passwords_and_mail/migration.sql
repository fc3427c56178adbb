-- AlterTable
ALTER TABLE "Company" ADD COLUMN     "twoFactorRequired" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "PlatformAccount" ADD COLUMN     "oneTimeUsedAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "PlatformSession" ADD COLUMN     "confirmedAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "UserAccount" ADD COLUMN     "oneTimeUsedAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "UserSession" ADD COLUMN     "confirmedAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "OutgoingMail" (
    "kind" TEXT NOT NULL,
    "realm" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "wantedAt" TIMESTAMPTZ(3) NOT NULL,
    "notBefore" TIMESTAMPTZ(3) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "OutgoingMail_pkey" PRIMARY KEY ("kind","realm","email")
);

-- CreateIndex
CREATE INDEX "OutgoingMail_notBefore_idx" ON "OutgoingMail"("notBefore");
