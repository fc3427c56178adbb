-- AlterTable
ALTER TABLE "ProviderStop" ADD COLUMN     "lastSentAt" TIMESTAMPTZ(3);
