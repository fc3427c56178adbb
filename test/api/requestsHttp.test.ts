import { PassThrough } from "node:stream";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLog } from "../../lib/observability/log.ts";
import { addKey } from "../support/people.ts";
import { addRequests, moment } from "../support/requests.ts";
import { call, startTestConsole, type TestConsole } from "./support.ts";

const BASE = "/api/admin";
const TEXT = "What nobody but its reader may see";
const log = new PassThrough();
let console_: TestConsole;
let admin: Record<string, string>;
let support: Record<string, string>;
beforeAll(async () => {
  console_ = await startTestConsole({ log: openLog({ level: "info", format: "json", destination: log }) });
  admin = (await addKey(console_.ctx, "ADMIN")).headers;
  support = (await addKey(console_.ctx, "SUPPORT")).headers;
  await addRequests(console_.database.pool, 250, { errorMessage: "Timeout during processing" });
  await console_.database.rows.message({ sessionId: "s-r1", content: TEXT });
});
afterAll(() => console_?.close());

const get = (path: string, headers = admin) => call(console_, BASE + path, { headers });
const post = (path: string, body: unknown, headers = admin) => call(console_, BASE + path, { headers, body });

describe("requests over HTTP", () => {
  it("are listed as the specification has it", async () => {
    const { status, body } = await get("/legacy/requests?status=processing_failed&limit=50");
    expect(status).toBe(200);
    expect(body.ok).toBe(true);
    expect(body.requests).toHaveLength(50);
    expect(body.requests[0]).toMatchObject({
      id: expect.any(String),
      sessionId: expect.any(String),
      status: "processing_failed",
      failedAt: moment(3_600),
      error: "Timeout during processing",
    });
    const next = await get(`/legacy/requests?status=processing_failed&limit=50&cursor=${body.nextCursor}`);
    expect(next.body.requests).toHaveLength(50);
    expect(next.body.requests[0].id).not.toBe(body.requests[0].id);
  });

  it.each<[string, number, string]>([
    ["", 400, "invalid_input"],
    ["?status=failed", 400, "invalid_input"],
    ["?status=processing_failed&limit=201", 400, "invalid_input"],
    ["?status=processing_failed&mood=bad", 400, "invalid_input"],
    ["?status=processing_failed&cursor=x", 400, "invalid_cursor"],
    ["/missing", 404, "not_found"],
    ["/r1?reveal=maybe", 400, "invalid_input"],
  ])("as GET /requests%s are refused", async (path, status, code) => {
    const reply = await get(`/legacy/requests${path}`);
    expect(reply.status).toBe(status);
    expect(reply.body).toMatchObject({ ok: false, error: { code, message: expect.any(String) } });
  });

  it("are shown one by one, their texts to those alone who may see them", async () => {
    const plain = await get("/legacy/requests/r1", support);
    expect(plain.body).toMatchObject({ ok: true, request: { id: "r1" }, attempts: [], revealed: null });
    expect(JSON.stringify(plain.body)).not.toContain(TEXT);
    const refused = await get("/legacy/requests/r1?reveal=true", support);
    expect(refused.status).toBe(403);
    expect(JSON.stringify(refused.body)).not.toContain(TEXT);
    const revealed = await get("/legacy/requests/r1?reveal=true");
    expect(revealed.body.revealed.payload.messages).toEqual([{ role: "User", content: TEXT }]);
  });

  it("are requeued as the specification has it, but not by SUPPORT", async () => {
    const requestIds = ["r1", "r2", "missing"];
    const refused = await post("/legacy/requests/requeue", { requestIds }, support);
    expect(refused).toMatchObject({ status: 403, body: { ok: false, error: { code: "forbidden" } } });
    const { status, body } = await post("/legacy/requests/requeue", { requestIds });
    expect({ status, body }).toEqual({
      status: 200,
      body: { ok: true, requeuedCount: 2, notFoundCount: 1, skippedCount: 0 },
    });
    const again = await post("/legacy/requests/requeue", { requestIds });
    expect(again.body).toEqual({ ok: true, requeuedCount: 0, notFoundCount: 1, skippedCount: 2 });
  });

  it("are requeued in bulk, from the count to the abort", async () => {
    const filter = { errorCode: "line_timed_out" };
    const preview = await post("/bulk", { filter, preview: true });
    const nothing = { bulk: null, jobId: null, estimatedCostEur: null };
    expect(preview.body).toEqual({ ok: true, matched: 248, atLeast: false, ...nothing });
    const { body } = await post("/bulk", { filter, reason: "The provider was down" });
    expect(body.bulk).toMatchObject({ status: "waiting", matched: 248 });
    expect((await get(`/bulk/${body.bulk.id}`, support)).body.bulk).toEqual(body.bulk);
    expect((await get("/bulk", support)).body.bulks).toEqual([body.bulk]);
    expect((await post(`/bulk/${body.bulk.id}/abort`, {}, support)).status).toBe(403);
    expect((await post(`/bulk/${body.bulk.id}/abort`, {})).body.bulk).toMatchObject({ status: "aborted" });
    expect((await post(`/bulk/${body.bulk.id}/abort`, {})).status).toBe(409);
  });

  it("are grouped by why they failed", async () => {
    const { status, body } = await get("/errors", support);
    expect(status).toBe(200);
    expect(body).toEqual({ ok: true, groups: [], more: false, since: expect.any(Object) });
  });

  it("are downloaded as CSV", async () => {
    const { status, headers, body } = await get("/export?format=csv&list=requests&status=processing_failed", support);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(headers.get("content-disposition")).toMatch(/^attachment; filename="requests-\d{4}-\d\d-\d\d\.csv"$/);
    expect(parse(body, { columns: true, bom: true })).toHaveLength(248);
    const refused = await get("/export?format=csv&list=requests");
    expect(refused).toMatchObject({ status: 400, body: { ok: false, error: { code: "invalid_input" } } });
  });

  it("are not read on when whoever downloads them goes away", async () => {
    await addRequests(console_.database.pool, 60_000, { prefix: "many" });
    const leave = new AbortController();
    const url = `${console_.server.url}${BASE}/export?format=csv&list=requests&status=processing_failed`;
    const reply = await fetch(url, { headers: admin, signal: leave.signal });
    const reader = reply.body?.getReader();
    await reader?.read();
    leave.abort();
    let ended: { rows?: number; whole?: boolean } = {};
    await expect
      .poll(() => {
        const lines = String(log.read() ?? "").split("\n");
        const line = lines.find((text) => text.includes("export.ended") && text.includes('"whole":false'));
        if (line) ended = JSON.parse(line);
        return ended.whole;
      })
      .toBe(false);
    expect(ended.rows).toBeGreaterThan(0);
    expect(ended.rows).toBeLessThan(60_000);
  });
});
