-- AlterTable
ALTER TABLE "AIProcessingRequest" ALTER COLUMN "sessionId" DROP NOT NULL;

-- CreateTable
CREATE TABLE "ErasedSession" (
    "companyId" TEXT NOT NULL,
    "idHash" BYTEA NOT NULL,
    "erasedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ErasedSession_pkey" PRIMARY KEY ("companyId","idHash")
);

-- CreateTable
CREATE TABLE "ErasureKey" (
    "onlyRow" BOOLEAN NOT NULL DEFAULT true,
    "key" BYTEA NOT NULL,

    CONSTRAINT "ErasureKey_pkey" PRIMARY KEY ("onlyRow")
);

-- AddForeignKey
ALTER TABLE "ErasedSession" ADD CONSTRAINT "ErasedSession_companyId_fkey" FOREIGN KEY ("companyId") REFERENCES "Company"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's schema language cannot say.

-- What has no session is never sent again.
ALTER TABLE "AIProcessingRequest" ADD CONSTRAINT "AIProcessingRequest_pending_has_session"
  CHECK ("sessionId" IS NOT NULL OR "processingStatus" <> 'PENDING_BATCHING');

ALTER TABLE "ErasureKey" ADD CONSTRAINT "ErasureKey_one_row" CHECK ("onlyRow");

-- 244 random bits, as for TenantKey.
INSERT INTO "ErasureKey" ("key") VALUES (sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));

-- Companies are granted nothing here. If they ever are, each sees its own.
ALTER TABLE "ErasedSession" ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "ErasedSession" FOR SELECT TO livedash_tenant
  USING ("companyId" = (SELECT livedash_company()));
