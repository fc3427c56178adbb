-- AlterTable
ALTER TABLE "Company" ADD COLUMN     "requestsPerDay" INTEGER,
ADD COLUMN     "requestsPerMonth" INTEGER;

-- CreateTable
CREATE TABLE "CompanyDraw" (
    "companyId" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "requests" INTEGER NOT NULL,

    CONSTRAINT "CompanyDraw_pkey" PRIMARY KEY ("companyId","day")
);

-- AddForeignKey
ALTER TABLE "CompanyDraw" ADD CONSTRAINT "CompanyDraw_companyId_fkey" FOREIGN KEY ("companyId") REFERENCES "Company"("id") ON DELETE CASCADE ON UPDATE CASCADE;
