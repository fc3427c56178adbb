-- AlterTable
ALTER TABLE "ImportRun" ADD COLUMN     "format" TEXT;
