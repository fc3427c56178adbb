/**
 * The models that requests ask, as a table: stepped along the index from one to the next, since they are few, however many
 * requests there are. No index has the requests of a status in their order; with the model before it, one does.
 */
export const EACH_MODEL = `(
  WITH RECURSIVE step AS (
    (SELECT "model" FROM "AIProcessingRequest" ORDER BY "model" LIMIT 1)
    UNION ALL
    SELECT next."model" FROM step CROSS JOIN LATERAL (
      SELECT "model" FROM "AIProcessingRequest" WHERE "model" > step."model" ORDER BY "model" LIMIT 1) next)
  SELECT "model" FROM step)`;
