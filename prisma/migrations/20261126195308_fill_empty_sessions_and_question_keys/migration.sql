-- A transaction of its own: the one before has locked its tables, this one locks rows alone, and holds nobody up who
-- reads, imports or applies answers.
UPDATE "Question" SET "key" = livedash_question_key("content") WHERE "key" IS NULL;

UPDATE "Session" s SET "isEmpty" = true
 WHERE s."analysedAt" IS NULL AND COALESCE(s."initialMsg", '') !~ '\S'
   AND NOT EXISTS (SELECT 1 FROM "Message" m WHERE m."sessionId" = s."id" AND m."content" ~ '\S');
