-- DropIndex
DROP INDEX "ImportRun_companyId_startedAt_idx";

-- AlterTable
ALTER TABLE "ImportRun" ADD COLUMN     "progressAt" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "ImportRun_companyId_startedAt_id_idx" ON "ImportRun"("companyId", "startedAt", "id");

-- CreateIndex
CREATE INDEX "ImportRun_startedAt_id_idx" ON "ImportRun"("startedAt", "id");

-- Prisma cannot say partial indexes: of many runs, the few that are open, failed, or have bad rows.
CREATE INDEX "ImportRun_open_idx" ON "ImportRun" ("startedAt", "id") WHERE "finishedAt" IS NULL;
CREATE INDEX "ImportRun_failed_idx" ON "ImportRun" ("startedAt", "id") WHERE "error" IS NOT NULL;
CREATE INDEX "ImportRun_bad_idx" ON "ImportRun" ("startedAt", "id") WHERE "bad" > 0;
