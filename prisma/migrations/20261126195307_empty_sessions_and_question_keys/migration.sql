-- AlterTable
ALTER TABLE "Session" ADD COLUMN     "isEmpty" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "Question" ADD COLUMN     "key" UUID;

GRANT SELECT ("isEmpty") ON "Session" TO livedash_tenant;

-- Questions that differ only in case, blanks, typographic quotes and dashes, final "?" or Unicode form have one key. It is a
-- digest, so that it fits into an index however a text grows when it is brought to one form.
CREATE FUNCTION livedash_question_key(content text) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN encode(substring(sha256(convert_to(btrim(rtrim(
    regexp_replace(
      translate(lower(normalize(content, NFKC)), '‘’‛“”„‐‒–—', '''''''"""----'),
      '[\s\u0085\u200B\u2028\u2029\uFEFF]+', ' ', 'g'), ' ?؟')), 'UTF8')) FOR 16), 'hex')::uuid;

-- A trigger, so that what an older version writes beside this one has a key as well.
CREATE FUNCTION livedash_set_question_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."key" := livedash_question_key(NEW."content");
  RETURN NEW;
END $$;
CREATE TRIGGER set_key BEFORE INSERT OR UPDATE OF "content" ON "Question"
  FOR EACH ROW EXECUTE FUNCTION livedash_set_question_key();

-- Partial: so it is made in no time while no row has a key, and the next migration fills it.
CREATE INDEX "Question_key_idx" ON "Question" ("companyId", "key") WHERE "key" IS NOT NULL;
