-- AlterTable
ALTER TABLE "ModelStop" ADD COLUMN     "wantedAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "ProviderStop" ADD COLUMN     "wantedAt" TIMESTAMPTZ(3);
