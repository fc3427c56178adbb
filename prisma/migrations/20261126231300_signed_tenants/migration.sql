-- CreateTable
CREATE TABLE "TenantKey" (
    "onlyRow" BOOLEAN NOT NULL DEFAULT true,
    "key" BYTEA NOT NULL,

    CONSTRAINT "TenantKey_pkey" PRIMARY KEY ("onlyRow")
);

-- What Prisma's schema language cannot say.
ALTER TABLE "TenantKey" ADD CONSTRAINT "TenantKey_one_row" CHECK ("onlyRow");

-- 244 random bits: the source of gen_random_uuid() is the one that PostgreSQL makes its own secrets with.
INSERT INTO "TenantKey" ("key") VALUES (sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));

-- Anybody may set livedash.company, injected SQL too. A login that is a tenant's alone has to prove it: livedash.proof is the
-- HMAC-SHA256 of the company's id. Who may work as the application or the owner could do everything anyway, so of them it is not asked,
-- and what an older version does during an upgrade goes on. 54 and 92 are the pads of HMAC.
DO $outer$ BEGIN EXECUTE format($sql$
  CREATE OR REPLACE FUNCTION livedash_company() RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
    SET search_path = pg_catalog, %I, pg_temp AS $body$
  DECLARE
    company text := NULLIF(current_setting('livedash.company', true), '');
    app oid := to_regrole('livedash_app');
    secret bytea;
    inner_pad bytea := decode(repeat('36', 64), 'hex');
    outer_pad bytea := decode(repeat('5c', 64), 'hex');
  BEGIN
    IF company IS NULL OR pg_has_role(session_user, current_user, 'MEMBER')
       OR (app IS NOT NULL AND pg_has_role(session_user, app, 'MEMBER')) THEN
      RETURN company;
    END IF;
    SELECT "key" INTO STRICT secret FROM "TenantKey";
    FOR i IN 0..length(secret) - 1 LOOP
      inner_pad := set_byte(inner_pad, i, get_byte(secret, i) # 54);
      outer_pad := set_byte(outer_pad, i, get_byte(secret, i) # 92);
    END LOOP;
    IF encode(sha256(outer_pad || sha256(inner_pad || convert_to(company, 'UTF8'))), 'hex')
       IS DISTINCT FROM current_setting('livedash.proof', true) THEN
      RAISE EXCEPTION 'this transaction has not proved which company it reads for' USING ERRCODE = 'LD001';
    END IF;
    RETURN company;
  END $body$ $sql$, current_schema());
END $outer$;

-- As subqueries, so that the company is proved once for a query and not for each row.
ALTER POLICY tenant ON "Company" USING ("id" = (SELECT livedash_company()));
ALTER POLICY tenant ON "Session" USING ("companyId" = (SELECT livedash_company()));
ALTER POLICY tenant ON "Question" USING ("companyId" = (SELECT livedash_company()));
ALTER POLICY tenant ON "SessionQuestion" USING ("companyId" = (SELECT livedash_company()));
