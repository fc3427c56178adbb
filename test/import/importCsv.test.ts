import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importCsv } from "../../lib/import/importCsv.ts";
import { type Bench, countsOf, csv, openBench, stateOf } from "./support.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

async function importText(companyId: string, text: string | Buffer, timeZone?: string) {
  const file = await bench.writeFile("sessions.csv", text);
  return importCsv(bench.ctx, { companyId, source: { kind: "file", path: file }, timeZone });
}

async function requestsOf(companyId: string): Promise<{ status: string; model: string }[]> {
  const { rows } = await bench.pool.query(
    `SELECT "processingStatus" AS "status", "model" FROM "AIProcessingRequest" WHERE "companyId" = $1
      ORDER BY "requestedAt", "id"`,
    [companyId],
  );
  return rows;
}

/** As if the pipeline had finished all that is pending. */
async function completeRequests(companyId: string): Promise<void> {
  await bench.pool.query(
    `UPDATE "AIProcessingRequest" SET "processingStatus" = 'PROCESSING_COMPLETE', "success" = true WHERE "companyId" = $1`,
    [companyId],
  );
}

describe("importCsv", () => {
  it("writes the session, its one message, its request and the run", async () => {
    const companyId = await bench.newCompany("Europe/Amsterdam");
    const row = { id: "s-1", start: "01.07.2024 10:00:00", end: "01.07.2024 10:05:00", average: "1,5", tokens: "12" };
    const report = await importText(
      companyId,
      csv({ ...row, url: "https://example.test/s-1", message: "Hi, “there”\nyou" }),
    );
    expect(countsOf(report)).toEqual([1, 1, 0, 0, 0]);
    expect(report.badRows).toEqual([]);
    expect(await stateOf(bench.pool, companyId)).toEqual([
      {
        externalSessionId: "s-1",
        contentHash: expect.stringMatching(/^[0-9a-f]{64}:none$/),
        initialMessage: "Hi, “there”\nyou",
        rawTranscriptContent: null,
        startTime: new Date("2024-07-01T08:00:00Z"),
        endTime: new Date("2024-07-01T08:05:00Z"),
        ipAddress: "192.0.2.1",
        country: "NL",
        fullTranscriptUrl: "https://example.test/s-1",
        avgResponseTime: 1.5,
        initialMsg: "Hi, “there”\nyou",
        messagesSent: 1,
        language: null,
        sentiment: null,
        category: null,
        escalated: null,
        messages: [{ at: null, role: "User", text: "Hi, “there”\nyou" }],
        requests: [{ model: expect.any(String), type: "session-analysis", status: "PENDING_BATCHING" }],
      },
    ]);
    const { rows } = await bench.pool.query(`SELECT * FROM "ImportRun" WHERE "id" = $1`, [report.importRunId]);
    expect(rows[0]).toMatchObject({ companyId, source: "sessions.csv", rows: 1, imported: 1, bad: 0, error: null });
    expect(rows[0].finishedAt).toBeInstanceOf(Date);
    const raw = await bench.pool.query(`SELECT * FROM "SessionImport" WHERE "companyId" = $1`, [companyId]);
    expect(raw.rows[0]).toMatchObject({ startTimeRaw: row.start, sentimentRaw: "positive", escalatedRaw: "true" });
    expect(raw.rows[0]).toMatchObject({ avgResponseTimeRaw: "1,5", tokensRaw: "12", messagesSentRaw: null });
  });

  it("imports nothing twice, and changes what has changed", async () => {
    const companyId = await bench.newCompany();
    const first = csv({ id: "a" }, { id: "b" }, { id: "c" });
    expect(countsOf(await importText(companyId, first))).toEqual([3, 3, 0, 0, 0]);
    const before = await stateOf(bench.pool, companyId);
    expect(countsOf(await importText(companyId, first))).toEqual([3, 0, 0, 3, 0]);
    expect(await stateOf(bench.pool, companyId)).toEqual(before);

    const second = csv(
      { id: "a", message: "New words" },
      { id: "b", country: "DE", messagesSent: "7" },
      { id: "c" },
      { id: "d" },
    );
    expect(countsOf(await importText(companyId, second))).toEqual([4, 1, 2, 1, 0]);
    const state = await stateOf(bench.pool, companyId);
    expect(state).toMatchObject([
      { initialMsg: "New words", initialMessage: "New words", messages: [{ text: "New words" }] },
      { country: "DE", messagesSent: 7, messages: [{ text: "Question of b" }] },
      { country: "NL" },
      { externalSessionId: "d" },
    ]);
    expect(countsOf(await importText(companyId, second))).toEqual([4, 0, 0, 4, 0]);
    expect(await stateOf(bench.pool, companyId)).toEqual(state);
    expect(await requestsOf(companyId)).toHaveLength(4);
  });

  it("asks again when the text changed after its request was taken, and only then", async () => {
    const companyId = await bench.newCompany();
    await importText(companyId, csv({ id: "a" }, { id: "b" }, { id: "c" }));
    await importText(companyId, csv({ id: "a", message: "Still pending: no second request" }));
    expect(await requestsOf(companyId)).toHaveLength(3);
    await completeRequests(companyId);
    await bench.pool.query(`UPDATE "Session" SET "sentiment" = 'NEGATIVE' WHERE "companyId" = $1`, [companyId]);
    await importText(companyId, csv({ id: "a", message: "Other words" }, { id: "b", country: "DE" }, { id: "c" }));
    expect((await requestsOf(companyId)).map(({ status }) => status).sort()).toEqual([
      "PENDING_BATCHING",
      "PROCESSING_COMPLETE",
      "PROCESSING_COMPLETE",
      "PROCESSING_COMPLETE",
    ]);
    await importText(companyId, csv({ id: "a", message: "Words once more" }));
    expect(await requestsOf(companyId)).toHaveLength(4);
    // What the analysis said stays until the next one speaks.
    expect(await stateOf(bench.pool, companyId)).toMatchObject([{ sentiment: "NEGATIVE" }, {}, {}]);
  });

  it("asks again when a request is taken into a batch in the very moment of the change", async () => {
    const companyId = await bench.newCompany();
    await importText(companyId, csv({ id: "a" }));
    const creator = await bench.pool.connect();
    await creator.query("BEGIN");
    await creator.query(
      `UPDATE "AIProcessingRequest" SET "processingStatus" = 'PROCESSING_COMPLETE' WHERE "companyId" = $1`,
      [companyId],
    );
    const importing = importText(companyId, csv({ id: "a", message: "Other words" }));
    // In this database: other tests wait for locks of theirs.
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE "datname" = current_database() AND "wait_event_type" = 'Lock'`;
    await expect.poll(async () => (await bench.pool.query(waiting)).rowCount).toBeGreaterThan(0);
    await creator.query("COMMIT");
    creator.release();
    expect(countsOf(await importing)).toEqual([1, 0, 1, 0, 0]);
    expect((await requestsOf(companyId)).map(({ status }) => status)).toEqual([
      "PROCESSING_COMPLETE",
      "PENDING_BATCHING",
    ]);
  });

  it("lets the later of two rows of one session win, and does not flip it at the next import", async () => {
    const companyId = await bench.newCompany();
    const text = csv({ id: "a", message: "one" }, { id: "b" }, { id: "a", message: "two" }, { id: "b" });
    expect(countsOf(await importText(companyId, text))).toEqual([4, 2, 1, 1, 0]);
    expect(await stateOf(bench.pool, companyId)).toMatchObject([
      { initialMsg: "two", messages: [{ text: "two" }] },
      {},
    ]);
    await completeRequests(companyId);
    expect(countsOf(await importText(companyId, text))).toEqual([4, 0, 0, 4, 0]);
    expect(await requestsOf(companyId)).toHaveLength(2);
  });

  it("does the same when the two rows stand far apart, with changed rows between", async () => {
    const companyId = await bench.newCompany();
    const many = Array.from({ length: 5_000 }, (_, index) => ({ id: `m${index}` }));
    const text = csv({ id: "a", message: "one" }, ...many, { id: "a", message: "two" });
    expect(countsOf(await importText(companyId, text))).toEqual([5_002, 5_001, 1, 0, 0]);
    await completeRequests(companyId);
    expect(countsOf(await importText(companyId, text))).toEqual([5_002, 0, 0, 5_002, 0]);
    const changed = many.map((row) => ({ ...row, message: "changed" }));
    const all = csv({ id: "a", message: "one" }, ...changed, { id: "a", message: "two" });
    expect(countsOf(await importText(companyId, all))).toEqual([5_002, 0, 5_000, 2, 0]);
    expect((await requestsOf(companyId)).filter(({ status }) => status === "PENDING_BATCHING")).toHaveLength(5_000);
  });

  it("keeps the same session id of two companies apart, and takes the company's model", async () => {
    const [one, two] = [await bench.newCompany(), await bench.newCompany()];
    const { id: aiModelId } = await bench.rows.model({ name: "model-of-two" });
    await bench.rows.companyModel({ companyId: two, aiModelId });
    await importText(one, csv({ id: "same" }));
    expect(countsOf(await importText(two, csv({ id: "same" })))).toEqual([1, 1, 0, 0, 0]);
    expect(await requestsOf(two)).toEqual([{ status: "PENDING_BATCHING", model: "model-of-two" }]);
    expect((await requestsOf(one))[0]?.model).not.toBe("model-of-two");
  });

  it("takes U+0000 out of texts and imports a session without any", async () => {
    const companyId = await bench.newCompany();
    await importText(companyId, csv({ id: "a", message: "a\0b", category: "\0" }, { id: "b", message: "" }));
    expect(await stateOf(bench.pool, companyId)).toMatchObject([
      { initialMsg: "ab", messages: [{ text: "ab" }] },
      { initialMsg: null, messages: null, messagesSent: 0, requests: [{ status: "PENDING_BATCHING" }] },
    ]);
  });

  it.each(["NULL", "\\N", "(null)", "<null>", "nan", "undefined", " [NULL] "])(
    "stores nothing, and has nothing analysed, where a program has written %j for nothing",
    async (nothing) => {
      const companyId = await bench.newCompany();
      await importText(companyId, csv({ id: "a", ip: nothing, country: nothing, url: nothing, message: nothing }));
      expect(await stateOf(bench.pool, companyId)).toMatchObject([
        { ipAddress: null, country: null, fullTranscriptUrl: null, initialMsg: null, messages: null, messagesSent: 0 },
      ]);
      const { rows } = await bench.pool.query(`SELECT "isEmpty" FROM "Session" WHERE "companyId" = $1`, [companyId]);
      expect(rows).toEqual([{ isEmpty: true }]);
    },
  );

  it("takes NA for Namibia, and what a person may say for a message", async () => {
    const companyId = await bench.newCompany();
    const said = ["?", "-", "no", "none", "n/a", "Null Bock"];
    await importText(companyId, csv(...said.map((message, index) => ({ id: `s${index}`, country: "NA", message }))));
    expect(await stateOf(bench.pool, companyId)).toMatchObject(
      said.map((text) => ({ country: "NA", initialMsg: text, messages: [{ role: "User", text }] })),
    );
  });

  it("tells sessions in which nothing was written, until something is", async () => {
    const companyId = await bench.newCompany();
    const emptyOnes = async () => {
      const { rows } = await bench.pool.query<{ id: string }>(
        `SELECT i."externalSessionId" AS "id" FROM "Session" s JOIN "SessionImport" i ON i."id" = s."importId"
          WHERE s."companyId" = $1 AND s."isEmpty" ORDER BY 1`,
        [companyId],
      );
      return rows.map(({ id }) => id);
    };
    await importText(companyId, csv({ id: "a", message: "" }, { id: "b", message: "  " }, { id: "c", message: "Hi" }));
    expect(await emptyOnes()).toEqual(["a", "b"]);
    await importText(companyId, csv({ id: "a", message: "Hello" }, { id: "b", message: "" }, { id: "c", message: "" }));
    expect(await emptyOnes()).toEqual(["b", "c"]);
  });

  it("reads the times anew when the zone is put right", async () => {
    const companyId = await bench.newCompany();
    const text = csv({ id: "a", start: "01.07.2024 10:00:00", end: "01.07.2024 10:01:00" });
    await importText(companyId, text);
    expect(countsOf(await importText(companyId, text, "Europe/Berlin"))).toEqual([1, 0, 1, 0, 0]);
    expect(await stateOf(bench.pool, companyId)).toMatchObject([{ startTime: new Date("2024-07-01T08:00:00Z") }]);
    await expect(importText(companyId, text, "Mars/Base")).rejects.toMatchObject({ code: "invalid_time_zone" });
  });

  it("does not bring back what was erased", async () => {
    const companyId = await bench.newCompany();
    await importText(companyId, csv({ id: "a" }));
    await bench.pool.query(`DELETE FROM "Session" WHERE "companyId" = $1`, [companyId]);
    expect(countsOf(await importText(companyId, csv({ id: "a", message: "changed" })))).toEqual([1, 0, 0, 1, 0]);
    expect(await requestsOf(companyId)).toEqual([]);
  });
});
