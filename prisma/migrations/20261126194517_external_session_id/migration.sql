-- What a company calls its session stands in the session itself: there it can be searched with everything else that a
-- company may see, the raw row remains closed to it, and the name stays when that row goes.
ALTER TABLE "Session" ADD COLUMN "externalSessionId" TEXT;

UPDATE "Session" s SET "externalSessionId" = i."externalSessionId"
  FROM "SessionImport" i WHERE i."id" = s."importId";

-- Finds a whole id and one by its beginning. The operator class is what makes it serve the latter in a database whose
-- collation is not C; the policy of the tenants' role leaves it in use, since ^@ is leakproof, as LIKE is not.
CREATE INDEX "Session_externalSessionId_idx" ON "Session" ("externalSessionId" text_pattern_ops);

GRANT SELECT ("externalSessionId") ON "Session" TO livedash_tenant;

-- A worker of an earlier release, which may run beside this one during an upgrade, knows nothing of the column.
CREATE FUNCTION livedash_name_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT i."externalSessionId" INTO NEW."externalSessionId" FROM "SessionImport" i WHERE i."id" = NEW."importId";
  RETURN NEW;
END $$;

CREATE TRIGGER name_session BEFORE INSERT ON "Session" FOR EACH ROW
  WHEN (NEW."externalSessionId" IS NULL AND NEW."importId" IS NOT NULL) EXECUTE FUNCTION livedash_name_session();
