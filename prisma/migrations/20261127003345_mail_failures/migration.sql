-- AlterTable
ALTER TABLE "OutgoingMail" ADD COLUMN     "failure" TEXT;
