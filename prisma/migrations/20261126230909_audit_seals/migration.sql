-- AlterTable
ALTER TABLE "Installation" ADD COLUMN     "auditHash" TEXT,
ADD COLUMN     "auditSequence" BIGINT;

-- AlterTable
ALTER TABLE "SecurityAuditLog" ADD COLUMN     "hash" TEXT,
ADD COLUMN     "sequence" BIGINT;

-- CreateTable
CREATE TABLE "AuditSeal" (
    "sequence" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,
    "sealedAt" TIMESTAMPTZ(3) NOT NULL,
    "keyId" TEXT NOT NULL,
    "mac" TEXT NOT NULL,

    CONSTRAINT "AuditSeal_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "AuditCut" (
    "sequence" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,
    "entries" INTEGER NOT NULL,
    "cutAt" TIMESTAMPTZ(3) NOT NULL,
    "keyId" TEXT NOT NULL,
    "mac" TEXT NOT NULL,

    CONSTRAINT "AuditCut_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "RefusedCall" (
    "kind" TEXT NOT NULL,
    "windowStart" TIMESTAMPTZ(3) NOT NULL,
    "name" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "entry" JSONB NOT NULL,

    CONSTRAINT "RefusedCall_pkey" PRIMARY KEY ("kind","windowStart","name","address")
);

-- CreateIndex
CREATE UNIQUE INDEX "SecurityAuditLog_sequence_key" ON "SecurityAuditLog"("sequence");

-- Those that still have to be sealed, and those whose address may have to be erased.
CREATE INDEX "SecurityAuditLog_unsealed_idx" ON "SecurityAuditLog" ("createdAt", "id") WHERE "sequence" IS NULL;
CREATE INDEX "SecurityAuditLog_address_idx" ON "SecurityAuditLog" ("createdAt") WHERE "ipAddress" IS NOT NULL;

-- Three things may happen to what was recorded: it is sealed, once; its address is erased; retention removes it, as far as it
-- has written down a cut. Who does one of them says so for the transaction; nothing else passes, however it is written.
CREATE OR REPLACE FUNCTION livedash_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP IN ('UPDATE', 'DELETE') AND current_setting('livedash.audit', true) IN ('seal', 'erase', 'cut', 'rotate') THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '% is append-only: what was done stays recorded', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION livedash_audit_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."sequence" IS NULL AND NEW."hash" IS NULL THEN RETURN NEW; END IF;
  ELSIF TG_OP = 'UPDATE' THEN
    IF OLD."sequence" IS NULL AND NEW."sequence" IS NOT NULL AND NEW."hash" IS NOT NULL
       AND to_jsonb(NEW) - 'sequence' - 'hash' = to_jsonb(OLD) - 'sequence' - 'hash' THEN RETURN NEW; END IF;
    IF NEW."ipAddress" IS NULL AND to_jsonb(NEW) - 'ipAddress' = to_jsonb(OLD) - 'ipAddress' THEN RETURN NEW; END IF;
  ELSE
    IF OLD."sequence" <= (SELECT max("sequence") FROM "AuditCut") THEN RETURN OLD; END IF;
  END IF;
  RAISE EXCEPTION '% is append-only: what was done stays recorded', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER audit_row BEFORE INSERT OR UPDATE OR DELETE ON "SecurityAuditLog"
  FOR EACH ROW EXECUTE FUNCTION livedash_audit_row();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "AuditSeal"
  FOR EACH STATEMENT EXECUTE FUNCTION livedash_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "AuditCut"
  FOR EACH STATEMENT EXECUTE FUNCTION livedash_append_only();
