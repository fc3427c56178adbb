-- A piece of a file that waits here, whatever the file is for, and whose it is: with the company it goes, too.
ALTER TABLE "UploadPart" RENAME TO "FilePart";
ALTER TABLE "FilePart" RENAME COLUMN "uploadId" TO "fileId";
ALTER TABLE "FilePart" RENAME CONSTRAINT "UploadPart_pkey" TO "FilePart_pkey";
ALTER INDEX "UploadPart_createdAt_idx" RENAME TO "FilePart_createdAt_idx";

-- AlterTable
ALTER TABLE "FilePart" ADD COLUMN     "companyId" TEXT;

UPDATE "FilePart" p SET "companyId" = j."companyId" FROM "Job" j WHERE j."targetType" = 'upload' AND j."targetId" = p."fileId";

-- CreateIndex
CREATE INDEX "FilePart_companyId_idx" ON "FilePart"("companyId");

-- AddForeignKey
ALTER TABLE "FilePart" ADD CONSTRAINT "FilePart_companyId_fkey" FOREIGN KEY ("companyId") REFERENCES "Company"("id") ON DELETE CASCADE ON UPDATE CASCADE;
