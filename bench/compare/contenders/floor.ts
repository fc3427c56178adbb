import { createHash, randomUUID } from "node:crypto";
import { pipeline } from "node:stream/promises";
import OpenAI, { toFile } from "openai";
import { Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { Contender, Given } from "../contender.ts";
import { lineOf, MODEL, MOST_LINES, readSessions, type Session } from "../texts.ts";

/**
 * The least that has to be done: all that LiveDash's tables are to hold in the end, by one COPY and one statement for each table,
 * on the same tables with the same indexes and foreign keys. Without its triggers (counters), its checks of answers, its leases
 * and locks, its throttles and its steps: one transaction a part, and what breaks off begins anew and is paid for twice.
 */
export async function open({ databaseUrl, provider: baseURL, csv }: Given): Promise<Contender> {
  const db = new Client({ connectionString: databaseUrl });
  await db.connect();
  for (const table of TABLES) await db.query(`ALTER TABLE "${table}" DISABLE TRIGGER USER`);
  const client = new OpenAI({ baseURL, apiKey: "bench" });
  const companyId = randomUUID();
  return {
    import: () => inOne(db, async () => importAll(db, companyId, await readSessions(csv))),
    create: () => inOne(db, () => createAll(db, companyId, client)),
    collect: () => inOne(db, () => collectAll(db, client)),
    count: async () =>
      (await db.query<{ n: number }>(`SELECT count(*)::int AS "n" FROM "AnalysisResult"`)).rows[0]?.n ?? 0,
    close: () => db.end(),
  };
}

const TABLES = [
  "SessionImport",
  "Session",
  "Message",
  "AIProcessingRequest",
  "AIBatchRequest",
  "AIRequestAttempt",
  "AnalysisResult",
  "Question",
  "SessionQuestion",
];

async function inOne(db: Client, work: () => Promise<void>): Promise<void> {
  await db.query("BEGIN; SET LOCAL jit = off");
  await work();
  await db.query("COMMIT");
}

/** Cells of COPY's text format. */
async function copy(db: Client, into: string, rows: Iterable<readonly string[]>): Promise<void> {
  function* lines() {
    for (const row of rows) yield `${row.map(escaped).join("\t")}\n`;
  }
  await pipeline(lines(), db.query(copyFrom(`COPY ${into} FROM STDIN`)));
}

function escaped(cell: string): string {
  return /[\\\t\n\r]/.test(cell) ? cell.replace(/[\\\t\n\r]/g, (found) => ESCAPES[found] ?? found) : cell;
}

const ESCAPES: Record<string, string> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

async function importAll(db: Client, companyId: string, sessions: Session[]): Promise<void> {
  await db.query(`INSERT INTO "Company" ("id", "name") VALUES ($1, $2)`, [companyId, `Floor ${companyId}`]);
  const rows = sessions.map((session) => ({
    ...session,
    id: newId(),
    importId: newId(),
    time: toTime(session.startTime),
  }));
  const raw = `"id", "companyId", "contentHash", "externalSessionId", "startTimeRaw", "endTimeRaw", "ipAddress", "countryCode", "language",
    "messagesSentRaw", "sentimentRaw", "escalatedRaw", "forwardedHrRaw", "fullTranscriptUrl", "avgResponseTimeRaw", "tokensRaw",
    "tokensEurRaw", "category", "initialMessage"`;
  await copy(
    db,
    `"SessionImport" (${raw})`,
    rows.map(({ importId, facts, text }) => [importId, companyId, `${hash(facts.join() + text)}:`, ...facts, text]),
  );
  const columns = `"id", "companyId", "importId", "externalSessionId", "startTime", "endTime", "ipAddress", "country",
    "fullTranscriptUrl", "avgResponseTime", "initialMsg", "messagesSent"`;
  await copy(
    db,
    `"Session" (${columns})`,
    rows.map(({ id, importId, name, time, facts, text }) => {
      return [id, companyId, importId, name, time, time, facts[3] ?? "", "NL", facts[10] ?? "", "1.5", text, "1"];
    }),
  );
  const messages = rows.map(({ id, text }) => [newId(), id, "User", text, "0"]);
  await copy(db, `"Message" ("id", "sessionId", "role", "content", "order")`, messages);
  const requests = rows.map(({ id, time }) => [newId(), companyId, id, MODEL, "session-analysis", time]);
  await copy(
    db,
    `"AIProcessingRequest" ("id", "companyId", "sessionId", "model", "processingType", "requestedAt")`,
    requests,
  );
}

async function createAll(db: Client, companyId: string, client: OpenAI): Promise<void> {
  const { rows } = await db.query<{ id: string; content: string }>(
    `SELECT r."id", m."content" FROM "AIProcessingRequest" r JOIN "Message" m ON m."sessionId" = r."sessionId"
      WHERE r."processingStatus" = 'PENDING_BATCHING' ORDER BY r."requestedAt", r."id"`,
  );
  for (let start = 0; start < rows.length; start += MOST_LINES) {
    const part = rows.slice(start, start + MOST_LINES);
    const input = Buffer.from(part.map(({ id, content }) => lineOf(id, content)).join(""));
    const file = await client.files.create({ file: await toFile(input, "input.jsonl"), purpose: "batch" });
    const endpoint = "/v1/chat/completions";
    const batch = await client.batches.create({ input_file_id: file.id, endpoint, completion_window: "24h" });
    const id = newId();
    await db.query(
      `INSERT INTO "AIBatchRequest" ("id", "companyId", "openaiBatchId", "inputFileId", "status", "submittedAt", "model", "endpoint",
         "requestCount", "byteSize", "contentHash", "analysisVersions")
       VALUES ($1, $2, $3, $4, 'IN_PROGRESS', now(), $5, $6, $7, $8, $9, '{"session-analysis":3}')`,
      [id, companyId, batch.id, file.id, MODEL, endpoint, part.length, input.length, hash(input)],
    );
    await db.query(
      `UPDATE "AIProcessingRequest" SET "processingStatus" = 'BATCHING_IN_PROGRESS', "batchId" = $1, "attempt" = 1
        WHERE "id" = ANY($2)`,
      [id, part.map((row) => row.id)],
    );
  }
}

/** The answers of all batches, in a table that lives as long as the transaction, and from there into each of the others. */
async function collectAll(db: Client, client: OpenAI): Promise<void> {
  await db.query(`CREATE TEMP TABLE answer ("id" text COLLATE "C", "batchId" text, "providerId" text, "tier" text,
    "fingerprint" text, "prompt" int, "completion" int, "total" int, "answer" jsonb) ON COMMIT DROP`);
  await db.query(
    `CREATE TEMP TABLE asked ("id" text, "requestId" text COLLATE "C", "order" int, "content" text) ON COMMIT DROP`,
  );
  const { rows } = await db.query<{ id: string; openaiBatchId: string }>(
    `SELECT "id", "openaiBatchId" FROM "AIBatchRequest" WHERE "status" = 'IN_PROGRESS'`,
  );
  for (const { id, openaiBatchId } of rows) {
    const batch = await client.batches.retrieve(openaiBatchId);
    const text = await (await client.files.content(batch.output_file_id ?? "")).text();
    const lines = text.split("\n").filter(Boolean).map(readLine);
    await copy(
      db,
      "answer",
      lines.map(({ requestId, body, answer }) => {
        const { prompt_tokens, completion_tokens, total_tokens } = body.usage;
        const usage = [prompt_tokens, completion_tokens, total_tokens].map(String);
        return [
          requestId,
          id,
          body.id,
          body.service_tier ?? "",
          body.system_fingerprint ?? "",
          ...usage,
          JSON.stringify(answer),
        ];
      }),
    );
    const questions = lines.flatMap(({ requestId, answer }) =>
      answer.questions.map((content, order) => [newId(), requestId, String(order), content]),
    );
    await copy(db, "asked", questions);
  }
  await db.query("ANALYZE answer");
  await db.query("ANALYZE asked");
  for (const statement of APPLY) await db.query(statement);
}

interface Line {
  requestId: string;
  body: {
    id: string;
    service_tier?: string;
    system_fingerprint?: string;
    usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
  };
  answer: { questions: string[] };
}

function readLine(line: string): Line {
  const { custom_id: requestId, response } = JSON.parse(line);
  return { requestId, body: response.body, answer: JSON.parse(response.body.choices[0].message.content) };
}

const APPLY = [
  `INSERT INTO "AIRequestAttempt" ("requestId", "attempt", "batchId", "outcome", "promptTokens", "completionTokens", "totalTokens")
   SELECT "id", 1, "batchId", 'APPLIED', "prompt", "completion", "total" FROM answer`,
  `UPDATE "AIProcessingRequest" r
      SET "processingStatus" = 'PROCESSING_COMPLETE', "success" = true, "completedAt" = now(), "analysisVersion" = 3,
          "openaiRequestId" = a."providerId", "serviceTier" = a."tier", "systemFingerprint" = a."fingerprint",
          "promptTokens" = a."prompt", "completionTokens" = a."completion", "totalTokens" = a."total"
     FROM answer a WHERE r."id" = a."id"`,
  `INSERT INTO "AnalysisResult" ("requestId", "attempt", "companyId", "sessionId", "analysis", "version", "model", "answer",
     "createdAt", "appliedAt")
   SELECT r."id", 1, r."companyId", r."sessionId", r."processingType", 3, r."model", a."answer", now(), now()
     FROM answer a JOIN "AIProcessingRequest" r ON r."id" = a."id"`,
  `UPDATE "Session" s
      SET "language" = a."answer"->>'language', "sentiment" = (a."answer"->>'sentiment')::"SentimentCategory",
          "escalated" = (a."answer"->>'escalated')::boolean, "forwardedHr" = (a."answer"->>'forwarded_hr')::boolean,
          "category" = (a."answer"->>'category')::"SessionCategory", "summary" = a."answer"->>'summary',
          "analysedAt" = now(), "updatedAt" = now()
     FROM answer a JOIN "AIProcessingRequest" r ON r."id" = a."id" WHERE s."id" = r."sessionId"`,
  `INSERT INTO "Question" ("id", "companyId", "content", "key")
   SELECT DISTINCT ON (r."companyId", q."content") q."id", r."companyId", q."content", livedash_question_key(q."content")
     FROM asked q JOIN "AIProcessingRequest" r ON r."id" = q."requestId" ORDER BY r."companyId", q."content"
   ON CONFLICT ("companyId", "content") DO NOTHING`,
  `INSERT INTO "SessionQuestion" ("companyId", "sessionId", "order", "questionId")
   SELECT r."companyId", r."sessionId", q."order", question."id" FROM asked q
     JOIN "AIProcessingRequest" r ON r."id" = q."requestId"
     JOIN "Question" question ON question."companyId" = r."companyId" AND question."content" = q."content"
   ON CONFLICT DO NOTHING`,
  `UPDATE "AIBatchRequest" SET "status" = 'PROCESSED', "processedAt" = now(), "appliedCount" = "requestCount"
    WHERE "status" = 'IN_PROGRESS'`,
];

/** 01.02.2026 03:04:10 as PostgreSQL reads it. */
function toTime(text: string): string {
  const [day = "", month = "", year = "", time = ""] = text.split(/[. ]/);
  return `${year}-${month}-${day} ${time}+00`;
}

/** Those of a later process come later. */
const began = Date.now().toString(36);
let ids = 0;
/** In order, as LiveDash's are: an index that is filled in its order is smaller and cheaper. */
function newId(): string {
  return `floor${began}${(ids++).toString(36).padStart(12, "0")}`;
}

function hash(text: string | Buffer): string {
  return createHash("sha256").update(text).digest("hex");
}
