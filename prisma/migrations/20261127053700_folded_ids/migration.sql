-- One expression of company and id: with two columns PostgreSQL preferred the unique index, which holds all that is asked for, and read
-- all rows of a company for each id, where its statistics said that companies have few. lib/import/write/similarIds.ts asks in the same words.
CREATE INDEX "SessionImport_folded_idx" ON "SessionImport"
  (("companyId" || ':' || lower(translate("externalSessionId", U&' \00A0\2007\202F\200B\200C\200D\FEFF', ''))));
DROP INDEX "SessionImport_companyId_folded_idx";
