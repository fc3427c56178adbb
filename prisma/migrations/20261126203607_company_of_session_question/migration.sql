-- AlterTable
ALTER TABLE "SessionQuestion" ADD COLUMN     "companyId" TEXT;

-- For an older version that writes beside this one.
CREATE FUNCTION livedash_set_question_company() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."companyId" := (SELECT "companyId" FROM "Session" WHERE "id" = NEW."sessionId");
  RETURN NEW;
END $$;
CREATE TRIGGER set_company BEFORE INSERT ON "SessionQuestion"
  FOR EACH ROW WHEN (NEW."companyId" IS NULL) EXECUTE FUNCTION livedash_set_question_company();
