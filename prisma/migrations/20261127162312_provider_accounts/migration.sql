-- AlterTable
ALTER TABLE "AIModel" ADD COLUMN     "accountId" TEXT NOT NULL DEFAULT 'default',
ADD COLUMN     "providerName" TEXT;

-- CreateTable
CREATE TABLE "ProviderAccount" (
    "id" TEXT NOT NULL,
    "kind" TEXT,
    "address" TEXT,
    "endpoint" TEXT,
    "organization" TEXT,
    "project" TEXT,
    "apiKey" TEXT,
    "checkedUntil" TIMESTAMPTZ(3),
    "disabledAt" TIMESTAMPTZ(3),
    "disabledBy" TEXT,
    "disabledReason" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "createdBy" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "ProviderAccount_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "AIModel_accountId_idx" ON "AIModel"("accountId");

-- What Prisma's schema language cannot say.

-- The account that the variables configure: what it is opened with is theirs alone. The names that its batches have are nobody else's.
ALTER TABLE "ProviderAccount"
  ADD CONSTRAINT "ProviderAccount_id_check"
    CHECK ("id" ~ '^[a-z0-9][a-z0-9-]{0,39}$' AND "id" NOT IN ('openai', 'azure', 'emulator', 'none')),
  ADD CONSTRAINT "ProviderAccount_kind_check"
    CHECK (("id" = 'default') = ("kind" IS NULL) AND ("id" <> 'default' OR "apiKey" IS NULL AND "address" IS NULL));
INSERT INTO "ProviderAccount" ("id") VALUES ('default');

-- AddForeignKey
ALTER TABLE "AIModel" ADD CONSTRAINT "AIModel_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES "ProviderAccount"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Workers of the version before know of one account, and would send there whatever they find. Whoever knows of others says so: the owner
-- of a lease on a batch of another account begins with its id.
CREATE FUNCTION livedash_guard_account() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP = 'INSERT' AND EXISTS (
    SELECT FROM "AIModel" WHERE "name" = NEW."model" AND "accountId" <> 'default' AND "accountId" <> NEW."provider")
  THEN
    RAISE EXCEPTION 'The model % belongs to another account than %.', NEW."model", NEW."provider"
      USING HINT = 'This process is of a version that knows nothing of accounts. Replace it.';
  END IF;
  IF NEW."leaseOwner" IS NOT NULL AND NOT starts_with(NEW."leaseOwner", NEW."provider" || '/')
     AND EXISTS (SELECT FROM "ProviderAccount" WHERE "id" = NEW."provider")
  THEN
    RAISE EXCEPTION 'Batch % belongs to the account %, which % does not know.', NEW."id", NEW."provider", NEW."leaseOwner"
      USING HINT = 'This process is of a version that knows nothing of accounts. Replace it.';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER livedash_guard_account BEFORE INSERT OR UPDATE OF "epoch" ON "AIBatchRequest"
  FOR EACH ROW EXECUTE FUNCTION livedash_guard_account();
