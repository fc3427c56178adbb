-- Companies see that a session could not be analysed, and nothing else of its requests. Runs as its owner, so it checks whose
-- the session is itself.
CREATE FUNCTION livedash_analysis_failed(session text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT COALESCE(bool_and(r."processingStatus" = 'PROCESSING_FAILED'), false) FROM "AIProcessingRequest" r
   WHERE r."sessionId" = session AND r."companyId" = livedash_company()
$$;
REVOKE EXECUTE ON FUNCTION livedash_analysis_failed(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION livedash_analysis_failed(text) TO livedash_tenant;
