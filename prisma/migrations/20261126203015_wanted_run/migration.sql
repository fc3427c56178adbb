-- AlterTable
ALTER TABLE "SchedulerState" ADD COLUMN     "wantedAt" TIMESTAMPTZ(3);
