-- AlterTable
ALTER TABLE "Company" ADD COLUMN     "roleWords" JSONB;

-- AlterTable
ALTER TABLE "ImportBadRow" ADD COLUMN     "bytes" BYTEA,
ADD COLUMN     "firstAt" TIMESTAMPTZ(3),
ADD COLUMN     "key" TEXT,
ADD COLUMN     "lastAt" TIMESTAMPTZ(3),
ADD COLUMN     "times" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "ImportRun" ADD COLUMN     "delimiter" TEXT,
ADD COLUMN     "transcriptsFound" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "transcriptsNamed" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "transcriptsSkipped" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "transcriptsUsed" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "transcriptsWithoutSpeakers" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "ImportWarning" (
    "importRunId" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "examples" TEXT[],

    CONSTRAINT "ImportWarning_pkey" PRIMARY KEY ("importRunId","code")
);

-- CreateIndex
CREATE UNIQUE INDEX "ImportBadRow_key_key" ON "ImportBadRow"("key");

-- AddForeignKey
ALTER TABLE "ImportWarning" ADD CONSTRAINT "ImportWarning_importRunId_fkey" FOREIGN KEY ("importRunId") REFERENCES "ImportRun"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Finds ids that differ in case or blanks alone: lib/import/write/similarIds.ts asks in the same words.
CREATE INDEX "SessionImport_companyId_folded_idx" ON "SessionImport"
  ("companyId", lower(translate("externalSessionId", U&' \00A0\2007\202F\200B\200C\200D\FEFF', '')));
