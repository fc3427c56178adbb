import { once } from "node:events";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { csv } from "../import/support.ts";
import { runJobs } from "../support/jobs.ts";
import { addKey } from "../support/people.ts";
import { call, startTestConsole, type TestConsole } from "./support.ts";

const IMPORTS = "/api/admin/legacy/imports";
let console_: TestConsole;
let headers: Record<string, string>;
beforeAll(async () => {
  console_ = await startTestConsole();
  ({ headers } = await addKey(console_.ctx, "ADMIN"));
  await console_.database.rows.company({ id: "c1" });
});
afterAll(() => console_.close());

/** Begins an upload whose body is written by the test. */
function begin(name: string) {
  const sent = request(`${console_.server.url}${IMPORTS}?companyId=c1&name=${name}`, {
    method: "POST",
    headers: { ...headers, "Content-Type": "text/csv; charset=utf-8" },
  });
  const answered = once(sent, "response").then(async ([response]) => {
    let text = "";
    for await (const chunk of response) text += String(chunk);
    return { status: response.statusCode as number, body: JSON.parse(text) };
  });
  answered.catch(() => {}); // One test breaks the connection off.
  return { sent, answered };
}

/** How many uploads are stored, in whole or in part. */
async function stored(): Promise<number> {
  const { rows } = await console_.database.pool.query(`SELECT count(DISTINCT "fileId")::int AS "n" FROM "FilePart"`);
  return rows[0].n;
}

async function jobOf({ body }: { body: { address: string } }) {
  return (await call(console_, body.address, { headers })).body.job;
}

const rowsOf = (from: number, count: number) =>
  csv(...Array.from({ length: count }, (_, index) => ({ id: `s${from + index}` })));

describe("an upload over HTTP", () => {
  it("is answered with its job, and imported by whoever is free", async () => {
    const { sent, answered } = begin("slow.csv");
    sent.write(rowsOf(0, 20_000));
    await vi.waitFor(async () => expect(await stored()).toBe(1), { timeout: 240_000 });
    sent.end(rowsOf(20_000, 10));
    const answer = await answered;
    expect(answer).toMatchObject({ status: 202, body: { ok: true, job: { kind: "upload", state: "queued" } } });
    await runJobs(console_.ctx);
    const counts = { rows: 20_010, imported: 20_010, updated: 0, unchanged: 0, bad: 0 };
    expect(await jobOf(answer)).toMatchObject({ state: "done", done: 20_010, outcome: counts });
    expect(await stored()).toBe(0);
  });

  it("that breaks off leaves nothing, and can be sent again", async () => {
    const { sent } = begin("broken.csv");
    sent.write(rowsOf(30_000, 20_000));
    await vi.waitFor(async () => expect(await stored()).toBe(1), { timeout: 240_000 });
    sent.destroy();
    await vi.waitFor(async () => expect(await stored()).toBe(0), { timeout: 240_000 });
    const again = begin("again.csv");
    again.sent.end(rowsOf(30_000, 3));
    const answer = await again.answered;
    await runJobs(console_.ctx);
    expect(await jobOf(answer)).toMatchObject({ outcome: { rows: 3, imported: 3 } });
  });

  it("is refused unless it is CSV, and its bad rows are a download", async () => {
    const json = await call(console_, `${IMPORTS}?companyId=c1`, { headers, body: {} });
    expect(json).toMatchObject({ status: 415, body: { error: { code: "unsupported_media_type" } } });
    const { sent, answered } = begin("bad.csv");
    sent.end(`one,two\n${rowsOf(60_000, 1)}`);
    const answer = await answered;
    await runJobs(console_.ctx);
    const { importRunId } = (await jobOf(answer)).outcome;
    const path = `${IMPORTS}/${importRunId}/bad-rows.csv`;
    const reply = await fetch(`${console_.server.url}${path}`, { headers });
    expect(reply.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(reply.headers.get("content-disposition")).toBe(`attachment; filename="bad-rows-${importRunId}.csv"`);
    const bytes = Buffer.from(await reply.arrayBuffer()).toString();
    expect(bytes).toBe('\uFEFF"one","two","column_count","The row has 2 columns instead of 16."\r\n');
  });
});
