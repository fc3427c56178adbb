-- AlterTable
ALTER TABLE "SchedulerState" ADD COLUMN     "pauseReason" TEXT;
