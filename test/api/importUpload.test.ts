import { once } from "node:events";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { csv } from "../import/support.ts";
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

function importOf(name: string, until: (run: { rows: number; state: string }) => boolean) {
  const look = async () => {
    const { body } = await call(console_, `${IMPORTS}?companyId=c1`, { headers });
    const run = body.imports.find(({ source }: { source: string }) => source === name);
    return run && until(run) ? run : expect.fail(`${name} is not as far as that.`);
  };
  return vi.waitFor(look, { timeout: 60_000 });
}

const rowsOf = (from: number, count: number) =>
  csv(...Array.from({ length: count }, (_, index) => ({ id: `s${from + index}` })));

describe("an upload over HTTP", () => {
  it("is imported while it arrives, and everybody sees how far it has come", async () => {
    const { sent, answered } = begin("slow.csv");
    sent.write(rowsOf(0, 5_000));
    const halfway = await importOf("slow.csv", ({ rows }) => rows >= 4_000);
    expect(halfway).toMatchObject({ state: "running", imported: halfway.rows, finishedAt: null });
    sent.end(rowsOf(5_000, 10));
    const { status, body } = await answered;
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ok: true,
      importRunId: halfway.id,
      rows: 5_010,
      imported: 5_010,
      updated: 0,
      unchanged: 0,
      bad: 0,
      transcripts: { named: 0, found: 0, used: 0, skipped: 0, withoutSpeakers: 0 },
      warnings: [],
    });
  });

  it("that breaks off fails, keeps what had arrived, and can be sent again", async () => {
    const { sent } = begin("broken.csv");
    sent.write(rowsOf(10_000, 3_000));
    await importOf("broken.csv", ({ rows }) => rows > 0);
    sent.destroy();
    const failed = await importOf("broken.csv", ({ state }) => state !== "running");
    expect(failed).toMatchObject({ state: "failed", error: "The upload was interrupted. Send the file again." });
    const again = begin("again.csv");
    again.sent.end(rowsOf(10_000, 3_000));
    const { body } = await again.answered;
    expect(body).toMatchObject({ rows: 3_000, imported: 3_000 - failed.imported, unchanged: failed.imported });
  });

  it("is refused unless it is CSV, and its bad rows are a download", async () => {
    const json = await call(console_, `${IMPORTS}?companyId=c1`, { headers, body: {} });
    expect(json).toMatchObject({ status: 415, body: { error: { code: "unsupported_media_type" } } });
    const { sent, answered } = begin("bad.csv");
    sent.end(`one,two\n${rowsOf(20_000, 1)}`);
    const { importRunId } = (await answered).body;
    const path = `${IMPORTS}/${importRunId}/bad-rows.csv`;
    const reply = await fetch(`${console_.server.url}${path}`, { headers });
    expect(reply.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(reply.headers.get("content-disposition")).toBe(`attachment; filename="bad-rows-${importRunId}.csv"`);
    const bytes = Buffer.from(await reply.arrayBuffer()).toString();
    expect(bytes).toBe('\uFEFF"one","two","column_count","The row has 2 columns instead of 16."\r\n');
  });
});
