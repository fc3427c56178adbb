-- AlterTable
ALTER TABLE "ImportRun" ADD COLUMN     "encoding" TEXT,
ADD COLUMN     "lineEnds" TEXT;
