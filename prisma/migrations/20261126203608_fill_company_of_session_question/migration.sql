-- A transaction of its own: it locks rows alone, and nobody waits for it but who replaces the questions of a session.
UPDATE "SessionQuestion" sq SET "companyId" = s."companyId" FROM "Session" s
 WHERE s."id" = sq."sessionId" AND sq."companyId" IS NULL;
