import { afterAll, beforeAll, expect, it } from "vitest";
import type { PipelineContext } from "../../lib/context.ts";
import { addSessions, runUntilIdle, startPipelineInOwnTime, type TestPipeline } from "../support/pipeline.ts";
import { erase, whereIs } from "./support.ts";

const MARKER = "Marker7f3a";
const OTHER = "Other91bd";

let pipeline: TestPipeline;
let ctx: PipelineContext;
beforeAll(async () => {
  pipeline = await startPipelineInOwnTime();
  ({ ctx } = pipeline);
});
afterAll(() => pipeline.close());

/** All columns of a kind that text can stand in. */
const TEXTS = `SELECT a.attname AS "column", a.atttypid::regtype::text AS "type"
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
 WHERE c.relname = $1 AND c.relnamespace = current_schema()::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
   AND a.atttypid::regtype::text IN ('text', 'text[]', 'jsonb', 'bytea') AND a.attname <> ALL ($2)`;

/** Writes a text into every column of these rows but those that say whose they are. */
async function fill(table: string, where: string, marker: string, but: readonly string[]): Promise<number> {
  const { rows } = await pipeline.database.owner.query<{ column: string; type: string }>(TEXTS, [table, but]);
  const key = `'${marker} ' || ctid::text`;
  const valueFor: Record<string, string> = {
    text: key,
    "text[]": `ARRAY[${key}]`,
    jsonb: `jsonb_build_object('said', ${key})`,
    bytea: `convert_to(${key}, 'UTF8')`,
  };
  const changes = rows.map(({ column, type }) => `"${column}" = ${valueFor[type]}`);
  await pipeline.database.owner.query(`UPDATE "${table}" SET ${changes.join(", ")} WHERE ${where}`);
  return rows.length;
}

/** A session with a row in every table that it reaches, and the marker in every text there. */
async function addTold(company: string, marker: string): Promise<{ companyId: string; sessionId: string }> {
  const { companyId, sessionIds, requestIds } = await addSessions(ctx, 1, { company });
  const [sessionId = ""] = sessionIds;
  const [requestId = ""] = requestIds;
  await runUntilIdle(ctx);
  const { rows } = pipeline.database;
  await rows.sessionImport({ id: `${company} import`, companyId });
  await ctx.db.query(`UPDATE "Session" SET "importId" = $1 WHERE "id" = $2`, [`${company} import`, sessionId]);
  await rows.question({ id: `${company} before`, companyId, content: `${marker} was asked in an analysis before` });
  await ctx.db.query(`INSERT INTO "TopicClaim" SELECT "companyId", "key", $2 FROM "Question" WHERE "id" = $1`, [
    `${company} before`,
    requestId,
  ]);
  await rows.importRun({ id: `${company} run`, companyId });
  await ctx.db.query(
    `INSERT INTO "ImportBadRow" ("importRunId", "line", "code", "reason", "raw", "bytes", "key")
     SELECT $1, 1, 'bad_date', 'wrong', $2, convert_to($2, 'UTF8'), $1`,
    [`${company} run`, `${marker} ${sessionId},31.02.2024`],
  );
  for (const [kind, type, state] of [
    ["sessions-export", "export", "DONE"],
    ["upload", "upload", "FAILED"],
  ] as const) {
    const targetId = `${company} ${type}`;
    await rows.job({ kind, targetType: type, targetId, companyId, state, input: {}, finishedAt: new Date() });
    await ctx.db.query(
      `INSERT INTO "FilePart" ("fileId", "index", "companyId", "bytes") VALUES ($1, 0, $2, convert_to($3, 'UTF8'))`,
      [targetId, companyId, marker],
    );
  }
  const ours = `"sessionId" = '${sessionId}'`;
  const filled = [
    await fill("Session", `"id" = '${sessionId}'`, marker, ["id", "companyId", "importId"]),
    await fill("SessionImport", `"id" = '${company} import'`, marker, ["id", "companyId"]),
    await fill("Message", ours, marker, ["id", "sessionId"]),
    await fill("Question", `"id" IN (SELECT "questionId" FROM "SessionQuestion" WHERE ${ours})`, marker, [
      "id",
      "companyId",
    ]),
    await fill("AnalysisResult", ours, marker, ["requestId", "companyId", "sessionId", "analysis", "model"]),
    await fill("AIRequestAttempt", `"requestId" = '${requestId}'`, marker, [
      "requestId",
      "batchId",
      "pricingId",
      "code",
    ]),
  ];
  // None of these has been left out for want of a column.
  expect(filled.every((columns) => columns > 0)).toBe(true);
  return { companyId, sessionId };
}

it("leaves nothing of a session in any column of any table, and all of another company's", async () => {
  const { companyId } = await addTold("Acme", MARKER);
  await addTold("Bolt", OTHER);
  const before = await whereIs(ctx, MARKER);
  expect(before).toEqual(
    expect.arrayContaining(["FilePart.bytes", "ImportBadRow.raw", "Message.content", "Session.summary"]),
  );
  expect(await whereIs(ctx, OTHER)).toEqual(before);
  await erase(ctx, { companyId, before: "2100-01-01T00:00:00Z" });
  expect(await whereIs(ctx, MARKER)).toEqual([]);
  expect(await whereIs(ctx, OTHER)).toEqual(before);
});
