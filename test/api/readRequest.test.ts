import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readRequest } from "../../lib/admin/requests/readRequest.ts";
import { callOperation } from "../../lib/api/operation.ts";
import type { PlatformRole } from "../../lib/db/enums.ts";
import { callerOf } from "../support/caller.ts";
import { withCheck } from "../support/held.ts";
import { addSessions, runUntilIdle, startPipeline, type TestPipeline } from "../support/pipeline.ts";
import { addRequests } from "../support/requests.ts";

const SECRET = "My wage of 2,417 euros is wrong";
let pipeline: TestPipeline;
let id: string;
let emptyId: string;
beforeAll(async () => {
  pipeline = await startPipeline({ emulator: { faults: ["line_invalid_json:1x"], seed: 1 } });
  const { requestIds } = await addSessions(pipeline.ctx, 2, { text: (index) => (index === 0 ? SECRET : " ") });
  [id = "", emptyId = ""] = requestIds;
  await runUntilIdle(pipeline.ctx);
});
afterAll(() => pipeline.close());

const read = (input: { id: string; reveal?: boolean | string }, role: PlatformRole = "ADMIN") =>
  callOperation(callerOf(pipeline.ctx, role), readRequest, input);

const audited = async (action: string) =>
  (await pipeline.ctx.db.query(`SELECT * FROM "SecurityAuditLog" WHERE "action" = $1`, [action])).rows;

describe("one request", () => {
  it("shows its attempts, its batch, its life, its usage and cost, and no text", async () => {
    const answer = await read({ id }, "SUPPORT");
    expect(answer.request).toMatchObject({
      id,
      status: "processing_complete",
      companyName: "Acme",
      attempt: 2,
      error: null,
    });
    expect(answer.attempts).toMatchObject([
      { attempt: 2, outcome: "applied", code: null, batchId: answer.request.batchId },
      { attempt: 1, outcome: "requeued", code: "answer_invalid", message: expect.any(String) },
    ]);
    expect(answer.batch).toMatchObject({ id: answer.request.batchId, status: "processed", requestCount: 1 });
    expect(answer.timeline.map(({ event, attempt }) => [event, attempt])).toEqual([
      ["requested", null],
      ["claimed", 1],
      ["submitted", 1],
      ["requeued", 1],
      ["claimed", 2],
      ["submitted", 2],
      ["applied", 2],
      ["complete", null],
    ]);
    const times = answer.timeline.map(({ at }) => at);
    expect(times).toEqual(times.toSorted());
    const [applied, invalid] = answer.attempts;
    expect(answer.request.usage).toEqual(applied?.usage);
    expect(answer.request.usage.totalTokens).toBeGreaterThan(0);
    expect(Number(answer.request.costEur)).toBeGreaterThan(0);
    const costs = Number(applied?.costEur) + Number(invalid?.costEur);
    expect(Number(answer.request.costOfAllAttemptsEur)).toBeCloseTo(costs, 10);
    expect(answer.revealed).toBeNull();
    expect(JSON.stringify(answer)).not.toContain("wage");
    expect(await audited("requests.reveal")).toEqual([]);
  });

  it("shows the end of one that could never enter a batch", async () => {
    const { request, attempts, batch, timeline } = await read({ id: emptyId });
    expect(request).toMatchObject({ status: "processing_failed", errorCode: "session_empty", attempt: 0 });
    expect({ attempts, batch }).toEqual({ attempts: [], batch: null });
    expect(timeline).toMatchObject([{ event: "requested" }, { event: "failed", code: "session_empty" }]);
  });

  it("reveals what was sent and what was answered, and records that", async () => {
    const { revealed, request } = await read({ id, reveal: "true" });
    expect(revealed?.payload.messages).toEqual([{ role: "User", content: SECRET }]);
    const line = JSON.parse(revealed?.payload.line ?? "");
    expect(line).toMatchObject({ custom_id: id, method: "POST", body: { model: "gpt-6-luna" } });
    expect(line.body.messages[1].content).toContain(SECRET);
    const { rows } = await pipeline.ctx.db.query(
      `SELECT s."summary", s."sentiment", s."analysedAt" FROM "Session" s WHERE s."id" = $1`,
      [request.sessionId],
    );
    expect(revealed?.answer).toMatchObject({ summary: rows[0].summary, sentiment: rows[0].sentiment });
    expect(revealed?.answer?.analysedAt).toBe(rows[0].analysedAt.toISOString());
    const { rows: asked } = await pipeline.ctx.db.query(
      `SELECT q."content" FROM "SessionQuestion" s JOIN "Question" q ON q."id" = s."questionId" ORDER BY s."order"`,
    );
    expect(revealed?.answer?.questions).toEqual(asked.map(({ content }) => content));
    expect(revealed?.result).toMatchObject({ summary: rows[0].summary, sentiment: rows[0].sentiment });
    expect(request.result).toEqual({
      answeredAt: rows[0].analysedAt.toISOString(),
      appliedAt: rows[0].analysedAt.toISOString(),
      replacedAt: null,
    });
    const records = await audited("requests.reveal");
    expect(records).toMatchObject([{ outcome: "done", targetId: id, companyId: request.companyId }]);
    expect(JSON.stringify(records)).not.toContain("wage");
  });

  it("reveals what there is of one that has no line and no answer", async () => {
    expect((await read({ id: emptyId, reveal: true })).revealed).toEqual({
      payload: { messages: [{ role: "User", content: " " }], line: null },
      answer: null,
      result: null,
      received: [],
    });
  });

  it("leaves the line of an analysis that another version has to that version", async () => {
    const [other = ""] = await addRequests(pipeline.ctx.db, 1, { prefix: "other" });
    await pipeline.ctx.db.query(`UPDATE "AIProcessingRequest" SET "processingType" = 'newer' WHERE "id" = $1`, [other]);
    expect((await read({ id: other, reveal: true })).revealed).toMatchObject({ payload: { line: null } });
  });

  it("reveals nothing to SUPPORT, and records the attempt", async () => {
    await expect(read({ id, reveal: true }, "SUPPORT")).rejects.toMatchObject({ code: "forbidden" });
    expect(await audited("requests.reveal")).toContainEqual(expect.objectContaining({ outcome: "denied" }));
  });

  it("reveals nothing that cannot be recorded", async () => {
    await withCheck(pipeline.database.owner, "SecurityAuditLog", `"outcome" <> 'done'`, async () => {
      await expect(read({ id, reveal: true })).rejects.toThrow(/refuse/);
      expect((await read({ id })).request.id).toBe(id);
    });
  });

  it("answers the same for any id that there is not", async () => {
    await expect(read({ id: "missing" })).rejects.toMatchObject({
      code: "not_found",
      message: "This request does not exist.",
    });
    await expect(read({ id: "no id" })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(read({ id, reveal: "yes" })).rejects.toMatchObject({ code: "invalid_input" });
  });
});
