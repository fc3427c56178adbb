-- AlterTable
ALTER TABLE "AIBatchRequest" ADD COLUMN     "filesGivenUpIn" INTEGER,
ADD COLUMN     "isPartial" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "Installation" (
    "onlyRow" BOOLEAN NOT NULL DEFAULT true,
    "id" TEXT NOT NULL,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "systemIdentifier" TEXT,
    "databaseOid" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "checkedUntil" TIMESTAMPTZ(3) NOT NULL,
    "detachedAt" TIMESTAMPTZ(3),
    "copiedSince" TIMESTAMPTZ(3),
    "copiedSign" TEXT,
    "copiedDetail" TEXT,

    CONSTRAINT "Installation_pkey" PRIMARY KEY ("onlyRow")
);

-- CreateTable
CREATE TABLE "ErasedBatch" (
    "id" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "erasedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ErasedBatch_pkey" PRIMARY KEY ("id")
);

-- What Prisma's schema language cannot say.
ALTER TABLE "Installation" ADD CONSTRAINT "Installation_one_row" CHECK ("onlyRow");

-- Whoever runs the database as a service may keep it to themselves.
CREATE FUNCTION livedash_system_identifier() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT "system_identifier"::text FROM pg_control_system());
EXCEPTION WHEN insufficient_privilege OR undefined_function THEN
  RETURN NULL;
END $$;

-- Only with its company does a batch go for good: any other row that is missing is one that the database has forgotten.
CREATE FUNCTION livedash_remember_erased_batches() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "ErasedBatch" ("id", "epoch")
    SELECT o."id", o."epoch" FROM old_rows o
     WHERE NOT EXISTS (SELECT 1 FROM "Company" c WHERE c."id" = o."companyId")
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

CREATE TRIGGER remember_erased AFTER DELETE ON "AIBatchRequest" REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION livedash_remember_erased_batches();
