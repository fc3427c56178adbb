import { afterEach, describe, expect, it } from "vitest";
import { readCompany } from "../../lib/admin/companies/readCompany.ts";
import { updateCompany } from "../../lib/admin/companies/updateCompany.ts";
import { readOverview } from "../../lib/admin/overview/readOverview.ts";
import { listRequests } from "../../lib/admin/requests/listRequests.ts";
import { readRequest } from "../../lib/admin/requests/readRequest.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { readHeld } from "../../lib/company/me/readHeld.ts";
import { inTransaction } from "../../lib/db/pool.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { draw, findAllowance } from "../../lib/throttle/companyLimit.ts";
import { auditOf } from "../support/audit.ts";
import { callerOf } from "../support/caller.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { withHeld } from "../support/held.ts";
import { expectInvariants } from "../support/invariants.ts";
import {
  addSessions,
  pollUntilOver,
  startPipeline,
  startPipelineInOwnTime,
  type TestPipeline,
} from "../support/pipeline.ts";
import { countRequests } from "../support/rounds.ts";
import { passTime } from "../support/testClock.ts";

const HOUR = 3_600_000;

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

const admin = () => callerOf(pipeline.ctx, "ADMIN");
const setLimits = (id: string, limits: { requestsPerDay?: number | null; requestsPerMonth?: number | null }) =>
  callOperation(admin(), updateCompany, { id, ...limits });

/** The pipeline at noon of the tenth of a month, UTC. */
async function startAtNoon(): Promise<Date> {
  pipeline = await startPipelineInOwnTime();
  const now = pipeline.ctx.clock.now();
  const noon = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 10, 12));
  await passTime(pipeline.ctx, noon.getTime() - now.getTime());
  return noon;
}

/** Creates batches and lets them come to their end. Answers how many requests went. */
async function sendDue(): Promise<number> {
  await passTime(pipeline.ctx, 500);
  const { requests } = await batchCreator(pipeline.ctx);
  await pollUntilOver(pipeline.ctx);
  return requests;
}

describe("a company's limit of requests a day and a month", () => {
  it("lets what exceeds it wait until the day begins anew in UTC, seen by both sides; others go on", async () => {
    const noon = await startAtNoon();
    const { ctx } = pipeline;
    const midnight = new Date(noon.getTime() + 12 * HOUR).toISOString();
    const { companyId } = await addSessions(ctx, 8, { company: "A" });
    await addSessions(ctx, 4, { company: "B" });
    await setLimits(companyId, { requestsPerDay: 3 });
    expect(await sendDue()).toBe(3 + 4);
    expect(await sendDue()).toBe(0);

    const { requests } = await callOperation(admin(), listRequests, { status: "pending_batching" });
    expect(requests).toHaveLength(5);
    for (const request of requests) expect(request).toMatchObject({ heldFor: "limit", heldUntil: midnight });
    const { request } = await callOperation(admin(), readRequest, { id: requests[0]?.id ?? "" });
    expect(request).toMatchObject({ heldFor: "limit", heldUntil: midnight });
    const { waiting } = await readOverview(ctx);
    expect(waiting.find(({ kind }) => kind === "company_limit")).toMatchObject({
      subject: "A",
      count: 5,
      reason: "its 3 requests a day are used up",
      until: new Date(midnight),
    });
    const { company } = await callOperation(admin(), readCompany, { id: companyId });
    expect(company.allowance).toEqual({ usedToday: 3, usedThisMonth: 3, usedUp: "day", until: midnight });
    expect(await readHeld(ctx, companyId)).toEqual({
      count: 5,
      atLeast: false,
      limit: "day",
      until: new Date(midnight),
    });

    await passTime(ctx, 12 * HOUR);
    expect(await readHeld(ctx, companyId)).toBeNull();
    expect(await sendDue()).toBe(3);
    await setLimits(companyId, { requestsPerDay: null });
    expect(await sendDue()).toBe(2);
    expect(await countRequests(ctx)).toMatchObject({ complete: 12, pending: 0, failed: 0 });
    await expectInvariants(pipeline);
  });

  it("counts a month as well, and what was sent before there was a limit; 0 holds everything", async () => {
    const noon = await startAtNoon();
    const { ctx } = pipeline;
    const { companyId } = await addSessions(ctx, 4);
    expect(await sendDue()).toBe(4);
    await addSessions(ctx, 10);
    await setLimits(companyId, { requestsPerDay: 6, requestsPerMonth: 7 });
    expect(await sendDue()).toBe(2);
    await passTime(ctx, 24 * HOUR);
    expect(await sendDue()).toBe(1);
    await passTime(ctx, 24 * HOUR);
    const first = new Date(Date.UTC(noon.getUTCFullYear(), noon.getUTCMonth() + 1, 1));
    expect(await readHeld(ctx, companyId)).toEqual({ count: 7, atLeast: false, limit: "month", until: first });
    expect(await sendDue()).toBe(0);
    await setLimits(companyId, { requestsPerDay: 0, requestsPerMonth: null });
    expect(await sendDue()).toBe(0);
    await setLimits(companyId, { requestsPerDay: 6, requestsPerMonth: 7 });
    await passTime(ctx, first.getTime() - ctx.clock.now().getTime());
    expect(await sendDue()).toBe(6);
    const [earliest] = await auditOf(ctx.db, "company", companyId);
    expect(earliest?.details).toMatchObject({
      requestsPerDay: { from: null, to: 6 },
      requestsPerMonth: { from: null, to: 7 },
    });
  });

  it("is drawn on once for each request: what failed goes again though it is used up", async () => {
    await startAtNoon();
    const { companyId } = await addSessions(pipeline.ctx, 6);
    await setLimits(companyId, { requestsPerDay: 4 });
    await setFaults(pipeline.emulator, ["line_error:batch=1,status=500"]);
    expect(await sendDue()).toBe(4);
    await setFaults(pipeline.emulator, []);
    expect(await sendDue()).toBe(4);
    expect(await sendDue()).toBe(0);
    expect(await countRequests(pipeline.ctx)).toMatchObject({ complete: 4, pending: 2 });
  });

  it("has nothing for a claim while another one, that has not been committed, may draw on it", async () => {
    pipeline = await startPipelineInOwnTime();
    const { ctx } = pipeline;
    const { companyId } = await addSessions(ctx, 1);
    await setLimits(companyId, { requestsPerDay: 5 });
    const find = () => inTransaction(ctx.db, (tx) => findAllowance(ctx, tx, companyId));
    await withHeld(ctx.db, async (first) => {
      expect(await findAllowance(ctx, first, companyId)).toBe(5);
      await draw(ctx, first, companyId, 3);
      expect(await find()).toBe(0);
      await first.query("COMMIT");
    });
    expect(await find()).toBe(2);
  });

  it("holds against creators that work at the same time", async () => {
    pipeline = await startPipeline({ env: { BATCH_MAX_LINES: "2" } });
    const { companyId } = await addSessions(pipeline.ctx, 20);
    await setLimits(companyId, { requestsPerMonth: 5 });
    const workers = [pipeline.ctx, pipeline.anotherWorker(), pipeline.anotherWorker()];
    for (let round = 0; round < 2; round++) await Promise.all(workers.map((worker) => batchCreator(worker)));
    await batchCreator(pipeline.ctx);
    const { rows } = await pipeline.ctx.db.query(
      `SELECT count(*) FILTER (WHERE "attempt" > 0)::int AS "sent", (SELECT sum("requests")::int FROM "CompanyDraw") AS "drawn"
         FROM "AIProcessingRequest"`,
    );
    expect(rows).toEqual([{ sent: 5, drawn: 5 }]);
  });
});
