-- What Prisma's schema language cannot say: counters by triggers, an audit log that only grows, rows that only their own
-- company sees.

-- ------------------------------------------------------------------------------------------------------ shards
-- A transaction writes its part of every counter into a shard that nobody else has: it never waits for another one. The
-- lowest one that is free, so that there are no more of them to add up than writers at once. 72707370 is the namespace of
-- these locks. Only with more than a thousand writers at once is the last shard shared.
CREATE FUNCTION livedash_counter_shard() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  FOR part IN 0..999 LOOP
    IF pg_try_advisory_xact_lock(72707370, part) THEN
      RETURN part;
    END IF;
  END LOOP;
  RETURN 1000;
END $$;

-- ---------------------------------------------------------------------------------------------- status counters
CREATE FUNCTION livedash_count(kind text, changed_status text, delta bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  part int := livedash_counter_shard();
BEGIN
  INSERT INTO "StatusCounter" AS c ("table", "status", "shard", "count") VALUES (kind, changed_status, part, delta)
    ON CONFLICT ("table", "status", "shard") DO UPDATE SET "count" = c."count" + EXCLUDED."count";
  INSERT INTO "StatusFlow" AS f ("minute", "table", "status", "shard", "entered", "left")
    VALUES (date_trunc('minute', now()), kind, changed_status, part, GREATEST(delta, 0), GREATEST(-delta, 0))
    ON CONFLICT ("minute", "table", "status", "shard")
      DO UPDATE SET "entered" = f."entered" + EXCLUDED."entered", "left" = f."left" + EXCLUDED."left";
END $$;

-- The trigger's argument is the status column.
CREATE FUNCTION livedash_count_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed record;
BEGIN
  FOR changed IN EXECUTE format(
    'SELECT %1$I::text AS status, count(*) AS delta FROM new_rows GROUP BY %1$I ORDER BY 1', TG_ARGV[0]
  ) LOOP
    PERFORM livedash_count(TG_TABLE_NAME, changed.status, changed.delta);
  END LOOP;
  RETURN NULL;
END $$;

CREATE FUNCTION livedash_count_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed record;
BEGIN
  FOR changed IN EXECUTE format(
    'SELECT %1$I::text AS status, -count(*) AS delta FROM old_rows GROUP BY %1$I ORDER BY 1', TG_ARGV[0]
  ) LOOP
    PERFORM livedash_count(TG_TABLE_NAME, changed.status, changed.delta);
  END LOOP;
  RETURN NULL;
END $$;

CREATE FUNCTION livedash_count_updated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed record;
BEGIN
  FOR changed IN EXECUTE format(
    'SELECT status, sum(n)::bigint AS delta FROM (
       SELECT %1$I::text AS status, count(*) AS n FROM new_rows GROUP BY %1$I
       UNION ALL SELECT %1$I::text, -count(*) FROM old_rows GROUP BY %1$I) both_sides
     GROUP BY status HAVING sum(n) <> 0 ORDER BY 1', TG_ARGV[0]
  ) LOOP
    PERFORM livedash_count(TG_TABLE_NAME, changed.status, changed.delta);
  END LOOP;
  RETURN NULL;
END $$;

CREATE FUNCTION livedash_count_truncated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM "StatusCounter" WHERE "table" = TG_TABLE_NAME;
  RETURN NULL;
END $$;

CREATE TRIGGER count_inserted AFTER INSERT ON "AIProcessingRequest" REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION livedash_count_inserted('processingStatus');
CREATE TRIGGER count_updated AFTER UPDATE ON "AIProcessingRequest" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION livedash_count_updated('processingStatus');
CREATE TRIGGER count_deleted AFTER DELETE ON "AIProcessingRequest" REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION livedash_count_deleted('processingStatus');
CREATE TRIGGER count_truncated AFTER TRUNCATE ON "AIProcessingRequest"
  FOR EACH STATEMENT EXECUTE FUNCTION livedash_count_truncated();

CREATE TRIGGER count_inserted AFTER INSERT ON "AIBatchRequest" REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION livedash_count_inserted('status');
CREATE TRIGGER count_updated AFTER UPDATE ON "AIBatchRequest" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION livedash_count_updated('status');
CREATE TRIGGER count_deleted AFTER DELETE ON "AIBatchRequest" REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION livedash_count_deleted('status');
CREATE TRIGGER count_truncated AFTER TRUNCATE ON "AIBatchRequest"
  FOR EACH STATEMENT EXECUTE FUNCTION livedash_count_truncated();

INSERT INTO "StatusCounter" ("table", "status", "shard", "count")
  SELECT 'AIProcessingRequest', "processingStatus"::text, 0, count(*) FROM "AIProcessingRequest" GROUP BY "processingStatus";
INSERT INTO "StatusCounter" ("table", "status", "shard", "count")
  SELECT 'AIBatchRequest', "status"::text, 0, count(*) FROM "AIBatchRequest" GROUP BY "status";

-- --------------------------------------------------------------------------------------------- failures by group
-- A message without what differs from one failure to the next: quoted names, and words with a digit in them.
CREATE FUNCTION livedash_error_group(message text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN left(regexp_replace(regexp_replace(left(COALESCE(message, ''), 500), '''[^'']*''|"[^"]*"|`[^`]*`', '…', 'g'),
    '[[:alnum:]_-]*[0-9][[:alnum:]_-]*', '#', 'g'), 200);

-- Planned anew each time: a plan that was made for one row would take minutes for fifty thousand.
CREATE FUNCTION livedash_tally_failures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM new_rows WHERE "processingStatus" = 'PROCESSING_FAILED') THEN
    RETURN NULL;
  END IF;
  EXECUTE $sql$
    INSERT INTO "FailureTally" AS t ("minute", "code", "group", "shard", "count")
      SELECT date_trunc('minute', COALESCE(n."completedAt", now())), COALESCE(n."errorCode", 'unknown'),
             livedash_error_group(n."errorMessage"), $1, count(*)
        FROM new_rows n JOIN old_rows o ON o."id" = n."id"
       WHERE n."processingStatus" = 'PROCESSING_FAILED' AND o."processingStatus" <> 'PROCESSING_FAILED'
       GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
      ON CONFLICT ("minute", "code", "group", "shard") DO UPDATE SET "count" = t."count" + EXCLUDED."count"
  $sql$ USING livedash_counter_shard();
  RETURN NULL;
END $$;

CREATE TRIGGER tally_failures AFTER UPDATE ON "AIProcessingRequest"
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION livedash_tally_failures();

CREATE INDEX "AIProcessingRequest_failed_idx" ON "AIProcessingRequest"
  ("errorCode", livedash_error_group("errorMessage"), "requestedAt", "id") WHERE "processingStatus" = 'PROCESSING_FAILED';

INSERT INTO "FailureTally" ("minute", "code", "group", "shard", "count")
  SELECT date_trunc('minute', "completedAt"), COALESCE("errorCode", 'unknown'), livedash_error_group("errorMessage"), 0,
         count(*)
    FROM "AIProcessingRequest"
   WHERE "processingStatus" = 'PROCESSING_FAILED' AND "completedAt" > now() - interval '30 days' GROUP BY 1, 2, 3;

-- ------------------------------------------------------------------------------------------------ spend by hour
CREATE FUNCTION livedash_tally_spend() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM new_rows WHERE "totalTokens" > 0) THEN
    RETURN NULL;
  END IF;
  INSERT INTO "SpendHour" AS s
      ("hour", "model", "shard", "lines", "promptTokens", "cachedTokens", "completionTokens", "costEur")
    -- Added up first: then it matters little how the few rows that are left find their batch.
    SELECT n."hour", b."model", livedash_counter_shard(), sum(n."lines"), sum(n."promptTokens"), sum(n."cachedTokens"),
           sum(n."completionTokens"), sum(n."costEur")
      FROM (SELECT date_trunc('hour', "createdAt", 'UTC') AS "hour", "batchId", count(*) AS "lines",
                   sum("promptTokens") AS "promptTokens", sum("cachedTokens") AS "cachedTokens",
                   sum("completionTokens") AS "completionTokens", sum("costEur") AS "costEur"
              FROM new_rows WHERE "totalTokens" > 0 GROUP BY 1, 2) n
      JOIN "AIBatchRequest" b ON b."id" = n."batchId"
     GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT ("hour", "model", "shard") DO UPDATE SET
      "lines" = s."lines" + EXCLUDED."lines",
      "promptTokens" = s."promptTokens" + EXCLUDED."promptTokens",
      "cachedTokens" = s."cachedTokens" + EXCLUDED."cachedTokens",
      "completionTokens" = s."completionTokens" + EXCLUDED."completionTokens",
      "costEur" = s."costEur" + EXCLUDED."costEur";
  RETURN NULL;
END $$;

CREATE TRIGGER tally_spend AFTER INSERT ON "AIRequestAttempt" REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION livedash_tally_spend();

INSERT INTO "SpendHour" ("hour", "model", "shard", "lines", "promptTokens", "cachedTokens", "completionTokens", "costEur")
  SELECT date_trunc('hour', a."createdAt", 'UTC'), b."model", 0, count(*), sum(a."promptTokens"), sum(a."cachedTokens"),
         sum(a."completionTokens"), sum(a."costEur")
    FROM "AIRequestAttempt" a JOIN "AIBatchRequest" b ON b."id" = a."batchId" WHERE a."totalTokens" > 0 GROUP BY 1, 2;

-- Few rows that are updated all the time: roomy pages, so that an update stays within its page.
ALTER TABLE "StatusCounter" SET (fillfactor = 20, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);
ALTER TABLE "StatusFlow" SET (fillfactor = 50);
ALTER TABLE "SpendHour" SET (fillfactor = 50);
ALTER TABLE "CallCount" SET UNLOGGED;

-- ------------------------------------------------------------------------------------------------- ids by prefix
-- In byte order, an id is found by its beginning through the primary key itself. What refers to it is ordered alike, or no
-- index of the ledger would serve a join with its request.
ALTER TABLE "AIProcessingRequest" ALTER COLUMN "id" TYPE TEXT COLLATE "C";
ALTER TABLE "AIRequestAttempt" ALTER COLUMN "requestId" TYPE TEXT COLLATE "C";

-- --------------------------------------------------------------------------------------------------------- audit
CREATE FUNCTION livedash_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: what was done stays recorded', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "SecurityAuditLog"
  FOR EACH STATEMENT EXECUTE FUNCTION livedash_append_only();

-- ------------------------------------------------------------------------------------------------------- tenants
-- Readers of a company work as this role, with the company's id in livedash.company: it sees the rows of that company
-- and nothing else, whatever a query says. Without an id it sees nothing. Roles belong to the whole server, so another
-- database may have made this one, or be making it right now.
DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'livedash_tenant') THEN
    CREATE ROLE livedash_tenant NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'The database user may not create roles. As an administrator, run: CREATE ROLE livedash_tenant NOLOGIN; GRANT livedash_tenant TO %;', quote_ident(current_user);
END $$;

-- Since PostgreSQL 16, whoever makes a role is its member without the right to work as it.
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'livedash_tenant' AND (rolsuper OR rolbypassrls)) THEN
    RAISE EXCEPTION 'The role livedash_tenant passes row-level security. As an administrator, run: ALTER ROLE livedash_tenant NOSUPERUSER NOBYPASSRLS;';
  END IF;
  IF NOT pg_has_role(current_user, 'livedash_tenant',
                     CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) THEN
    GRANT livedash_tenant TO CURRENT_USER;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'The database user may not work as the role livedash_tenant. As an administrator, run: GRANT livedash_tenant TO %;', quote_ident(current_user);
END $$;

-- Of a session, what its company is shown: no addresses of people, and no links, which may hold credentials.
DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO livedash_tenant', current_schema()); END $$;
GRANT SELECT ("id", "name", "status", "timeZone", "createdAt") ON "Company" TO livedash_tenant;
GRANT SELECT ("id", "companyId", "startTime", "endTime", "country", "avgResponseTime", "initialMsg", "language",
              "messagesSent", "sentiment", "escalated", "forwardedHr", "category", "summary", "analysedAt")
  ON "Session" TO livedash_tenant;
GRANT SELECT ON "Message", "Question", "SessionQuestion" TO livedash_tenant;

ALTER TABLE "Company" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Session" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Message" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Question" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "SessionQuestion" ENABLE ROW LEVEL SECURITY;

-- Once it was set in a connection, a setting that is not set reads as empty.
CREATE FUNCTION livedash_company() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  RETURN NULLIF(current_setting('livedash.company', true), '');

CREATE POLICY tenant ON "Company" FOR SELECT TO livedash_tenant USING ("id" = livedash_company());
CREATE POLICY tenant ON "Session" FOR SELECT TO livedash_tenant USING ("companyId" = livedash_company());
CREATE POLICY tenant ON "Question" FOR SELECT TO livedash_tenant USING ("companyId" = livedash_company());
-- The session below is itself read under the policy above.
CREATE POLICY tenant ON "Message" FOR SELECT TO livedash_tenant
  USING (EXISTS (SELECT 1 FROM "Session" s WHERE s."id" = "Message"."sessionId"));
CREATE POLICY tenant ON "SessionQuestion" FOR SELECT TO livedash_tenant
  USING (EXISTS (SELECT 1 FROM "Session" s WHERE s."id" = "SessionQuestion"."sessionId"));
