import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { transcriptName } from "../emulator/answers/knownAnswers.ts";
import { sessionAnalysis } from "../lib/analysis/sessionAnalysis.ts";
import { findOrCreateCompany } from "../lib/import/findOrCreateCompany.ts";
import { importCsv } from "../lib/import/importCsv.ts";
import { runUntilIdle, startPipelineInOwnTime, type TestPipeline } from "./support/pipeline.ts";

const SAMPLES = join(import.meta.dirname, "../samples");
const MOST_WORDS = { summary: 40, question: 20 };

interface Answer {
  language: string;
  sentiment: string;
  escalated: boolean;
  forwarded_hr: boolean;
  category: string;
  questions: string[];
  summary: string;
}

/** A line of `answers.jsonl`. */
interface Written {
  session: string;
  transcript: string;
  answer: Answer;
}

/** A sample session as it came out of the pipeline. */
interface Analysed {
  company: string;
  session: string;
  messages: { role: string; content: string }[];
  answer: Answer | null;
}

const companies: { name: string; file: string; transcripts: string; timeZone: string }[] = JSON.parse(
  readFileSync(join(SAMPLES, "companies.json"), "utf8"),
);
const files = companies.map(({ transcripts }) => join(SAMPLES, transcripts, "answers.jsonl"));
const written = companies.flatMap(({ name }, index) =>
  readFileSync(files[index] ?? "", "utf8")
    .trim()
    .split("\n")
    .map((line): Written & { company: string } => ({ company: name, ...JSON.parse(line) })),
);
const keyOf = ({ company, session }: { company: string; session: string }) => `${company} ${session}`;
const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\d]+/gu) ?? [];

describe("the answers that were written for the samples", () => {
  let pipeline: TestPipeline;
  let analysed: Map<string, Analysed>;

  beforeAll(async () => {
    pipeline = await startPipelineInOwnTime({ emulator: { answers: files } });
    for (const { name, file, transcripts, timeZone } of companies) {
      const { id } = await findOrCreateCompany(pipeline.ctx, { name, timeZone });
      const source = { kind: "file", path: join(SAMPLES, file) } as const;
      await importCsv(pipeline.ctx, { companyId: id, source, transcriptsDir: join(SAMPLES, transcripts) });
    }
    await runUntilIdle(pipeline.ctx);
    analysed = new Map((await readAnalysed(pipeline)).map((session) => [keyOf(session), session]));
  });
  afterAll(() => pipeline?.close());

  test("are one for each session, named by its transcript", () => {
    expect(written.map(keyOf).toSorted()).toEqual([...analysed.keys()].toSorted());
    const wrong = written.flatMap((line) => {
      const { user } = sessionAnalysis.prompt(analysed.get(keyOf(line))?.messages ?? [], []);
      const name = transcriptName(user);
      return name === line.transcript ? [] : [`${keyOf(line)}: "transcript" has to be ${name}`];
    });
    expect(wrong).toEqual([]);
    expect(new Set(written.map(({ transcript }) => transcript)).size).toBe(written.length);
  });

  test("are what the analysis asks for, to the letter and within its lengths", () => {
    for (const line of written) {
      const text = JSON.stringify(line.answer);
      expect(sessionAnalysis.check(text), keyOf(line)).toEqual({ ok: true, answer: line.answer });
      expect(wordsOf(line.answer.summary).length, line.answer.summary).toBeLessThanOrEqual(MOST_WORDS.summary);
      for (const question of line.answer.questions) {
        expect(wordsOf(question).length, question).toBeLessThanOrEqual(MOST_WORDS.question);
        expect(question).toMatch(/^\p{Lu}.*\?$/u);
      }
    }
  });

  test("say something of their own about each session", () => {
    const summaries = written.map(({ answer }) => answer.summary);
    expect(new Set(summaries).size).toBe(summaries.length);
    const openings = Map.groupBy(summaries, (summary) => wordsOf(summary).slice(0, 5).join(" "));
    expect([...openings].filter(([, alike]) => alike.length > 4)).toEqual([]);
  });

  test("ask only what a user wrote, whose words are there where it was in English", () => {
    for (const line of written) {
      const said = (analysed.get(keyOf(line))?.messages ?? []).filter(({ role }) => role.toLowerCase() === "user");
      const marks = said.flatMap(({ content }) => content.match(/[?؟]/g) ?? []).length;
      // One may be asked without a mark.
      expect(line.answer.questions.length, keyOf(line)).toBeLessThanOrEqual(said.length === 0 ? 0 : marks + 1);
      if (line.answer.language !== "en") continue;
      const stems = new Set(said.flatMap(({ content }) => wordsOf(content)).map((word) => word.slice(0, 4)));
      for (const question of line.answer.questions) {
        const found = wordsOf(question).filter((word) => stems.has(word.slice(0, 4)));
        expect(found.length / wordsOf(question).length, `${keyOf(line)}: ${question}`).toBeGreaterThan(0.3);
      }
    }
  });

  test("show every category, every mood and ten languages", () => {
    const count = (field: "category" | "sentiment" | "language") => Map.groupBy(written, ({ answer }) => answer[field]);
    expect(count("category").size).toBe(13);
    for (const [category, found] of count("category")) expect(found.length, category).toBeGreaterThan(15);
    for (const mood of ["POSITIVE", "NEUTRAL", "NEGATIVE"])
      expect(count("sentiment").get(mood)?.length).toBeGreaterThan(60);
    expect(count("language").size).toBe(10);
    expect(written.filter(({ answer }) => answer.escalated).length).toBeGreaterThan(20);
    expect(written.filter(({ answer }) => answer.forwarded_hr).length).toBeGreaterThan(20);
  });

  test("are what the emulator answers, for each session through the whole pipeline", () => {
    expect(analysed.size).toBe(384);
    for (const line of written) expect(analysed.get(keyOf(line))?.answer, keyOf(line)).toEqual(line.answer);
  });

  test("stay as they are when the analysis has a newer version: nothing is analysed anew by itself", async () => {
    const { ctx } = pipeline;
    await ctx.db.query(`UPDATE "AIProcessingRequest" SET "analysisVersion" = $1`, [sessionAnalysis.version - 1]);
    const [company] = companies;
    if (!company) throw new Error("There are samples of no company.");
    const { id } = await findOrCreateCompany(ctx, { name: company.name });
    const source = { kind: "file", path: join(SAMPLES, company.file) } as const;
    await importCsv(ctx, { companyId: id, source, transcriptsDir: join(SAMPLES, company.transcripts) });
    await runUntilIdle(ctx);
    const { rows } = await ctx.db.query(
      `SELECT count(*)::int AS "requests", max("attempt") AS "attempt", max("analysisVersion") AS "version" FROM "AIProcessingRequest"`,
    );
    expect(rows).toEqual([{ requests: 384, attempt: 1, version: sessionAnalysis.version - 1 }]);
  });
});

async function readAnalysed({ database }: TestPipeline): Promise<Analysed[]> {
  const { rows } = await database.pool.query<Analysed>(
    `SELECT c."name" AS "company", i."externalSessionId" AS "session",
            (SELECT json_agg(json_build_object('role', m."role", 'content', m."content") ORDER BY m."order")
               FROM "Message" m WHERE m."sessionId" = s."id") AS "messages",
            json_build_object('language', s."language", 'sentiment', s."sentiment", 'escalated', s."escalated",
              'forwarded_hr', s."forwardedHr", 'category', s."category", 'summary', s."summary",
              'questions', (SELECT coalesce(json_agg(q."content" ORDER BY sq."order"), '[]')
                 FROM "SessionQuestion" sq JOIN "Question" q ON q."id" = sq."questionId"
                WHERE sq."sessionId" = s."id")) AS "answer"
       FROM "Session" s JOIN "Company" c ON c."id" = s."companyId" JOIN "SessionImport" i ON i."id" = s."importId"`,
  );
  return rows;
}
