import type { Transaction } from "../db/pool.ts";
import { json, statement } from "../db/statement.ts";
import type { AppliedAnswer } from "./analysis.ts";
import { keyOf, type TopicAnswer } from "./topicAnswer.ts";

/** Writes the labels to the questions they are for, and to those that differ in no more than their writing. */
export async function applyQuestionTopics(tx: Transaction, answers: AppliedAnswer<TopicAnswer>[]): Promise<void> {
  const labels = answers.flatMap(({ questionIds, answer }) =>
    questionIds.map((questionId, index) => ({ questionId, topic: answer[keyOf(index + 1)] })),
  );
  if (labels.length > 0) await LABEL.run(tx, { labels: JSON.stringify(labels) });
}

/** Locked in the order of their ids, as everybody locks them. */
const LABEL = statement({
  sql: `WITH labelled AS (
          SELECT alike."id", given."topic"
            FROM json_to_recordset($1::json) AS given("questionId" text, "topic" text)
           CROSS JOIN LATERAL (SELECT "id", "companyId", "key" FROM "Question" WHERE "id" = given."questionId" LIMIT 1) asked
           CROSS JOIN LATERAL (
             SELECT "id" FROM "Question" WHERE "companyId" = asked."companyId" AND "key" = asked."key"
              UNION SELECT asked."id") alike
        ), locked AS (
          SELECT "id" FROM "Question" WHERE "id" IN (SELECT "id" FROM labelled) ORDER BY "id" FOR NO KEY UPDATE
        )
        UPDATE "Question" q SET "topic" = labelled."topic" FROM labelled JOIN locked USING ("id") WHERE q."id" = labelled."id"`,
  params: { labels: json<{ questionId: string; topic: string }[]>() },
});
