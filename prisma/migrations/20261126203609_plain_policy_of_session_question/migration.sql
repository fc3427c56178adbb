-- To look up the session of each row took most of the time of a company's figures.
ALTER POLICY tenant ON "SessionQuestion" USING ("companyId" = livedash_company());
