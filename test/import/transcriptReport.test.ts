import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importCsv } from "../../lib/import/importCsv.ts";
import { type Bench, countsOf, csv, openBench, type RowFields, serve, stateOf, type TestServer } from "./support.ts";

let bench: Bench;
let server: TestServer;
/** What stands at each path; a number is a status. */
const at = new Map<string, string | number>();
let asked: string[] = [];
beforeAll(async () => {
  bench = await openBench({ FETCH_PRIVATE_ADDRESSES: "true" });
  server = await serve((request, response) => {
    const content = at.get(request.url ?? "") ?? 404;
    asked.push(request.url ?? "");
    if (typeof content === "number") response.writeHead(content).end();
    else response.end(content);
  });
});
afterAll(async () => {
  await server.close();
  await bench.close();
});

const TALK = "[01.07.2024 10:00:00] User: Hello\n[01.07.2024 10:00:09] Assistant: Good day";

async function newFolder(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(path.join(bench.folder, "talks-"));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return folder;
}

async function importFile(companyId: string, rows: RowFields[], options: object = {}) {
  const file = await bench.writeFile("rows.csv", csv(...rows));
  return importCsv(bench.ctx, { companyId, source: { kind: "file", path: file }, ...options });
}

/** As a feed: the rows lie at the company's csvUrl. */
async function importFeed(companyId: string, rows: RowFields[]) {
  at.set("/feeds/acme/chats.csv?key=1", csv(...rows));
  asked = [];
  const url = `${server.origin}/feeds/acme/chats.csv?key=1`;
  return importCsv(bench.ctx, { companyId, source: { kind: "url", url } });
}

const warningsOf = ({ warnings }: { warnings: { code: string; count: number; examples: string[] }[] }) =>
  warnings.map(({ code, count, examples }) => [code, count, examples]);

describe("the report of transcripts", () => {
  it("counts those of a folder, and names the files that belong to no row", async () => {
    const companyId = await bench.newCompany();
    const folder = await newFolder({
      "a.txt": TALK,
      "silent.txt": "Where is my roster? It is in the app.",
      "blank.txt": " \n",
      "B.TXT": TALK,
      "session-c.txt": TALK,
      "notes.md": "x",
      ".DS_Store": "x",
      "u\u0308.txt": TALK,
    });
    await mkdir(path.join(folder, "older"));
    const ids = ["a", "silent", "blank", "B", "c", "ü"];
    const report = await importFile(
      companyId,
      ids.map((id) => ({ id })),
      { transcriptsDir: folder },
    );
    expect(countsOf(report)).toEqual([6, 6, 0, 0, 0]);
    expect(report.transcripts).toEqual({ named: 0, found: 8, used: 4, skipped: 4, withoutSpeakers: 1 });
    expect(warningsOf(report)).toEqual([
      ["transcript_without_speakers", 1, ["line 2"]],
      ["transcript_empty", 1, ["line 3"]],
      ["transcript_file_unmatched", 3, ["notes.md", "older", "session-c.txt"]],
    ]);
    const { rows } = await bench.pool.query(
      `SELECT "transcriptsNamed" AS "named", "transcriptsFound" AS "found", "transcriptsUsed" AS "used",
              "transcriptsSkipped" AS "skipped", "transcriptsWithoutSpeakers" AS "withoutSpeakers",
              (SELECT json_object_agg("code", "examples") FROM "ImportWarning" WHERE "importRunId" = r."id") AS "warnings"
         FROM "ImportRun" r WHERE "id" = $1`,
      [report.importRunId],
    );
    expect(rows).toEqual([
      {
        ...report.transcripts,
        warnings: Object.fromEntries(report.warnings.map(({ code, examples }) => [code, examples])),
      },
    ]);
  });

  it("says why the addresses of a file's rows were not asked, and does not count what stands for none", async () => {
    const companyId = await bench.newCompany();
    const urls = [
      `${server.origin}/t`,
      "/t/x",
      "host/x",
      "//host/x",
      "ftp://host/x",
      "C:\\t\\x.txt",
      "-",
      "n/a",
      "NULL",
      "(null)",
      "\\N",
      "nan",
      "?",
      "0",
      "false",
      "no",
    ];
    const rows = urls.map((url, index) => ({ id: `s${index}`, url }));
    const report = await importFile(companyId, rows);
    expect(countsOf(report)).toEqual([16, 16, 0, 0, 0]);
    expect(report.transcripts).toEqual({ named: 6, found: 0, used: 0, skipped: 6, withoutSpeakers: 0 });
    expect(warningsOf(report)).toEqual([
      ["transcript_not_fetched", 2, ["line 1", "line 4"]],
      ["transcript_relative", 2, ["line 2", "line 3"]],
      ["transcript_no_address", 2, ["line 5", "line 6"]],
    ]);
  });

  it("resolves relative addresses against the company's csvUrl, for its feed and for a file of it", async () => {
    const companyId = await bench.newCompany();
    const { host } = new URL(server.origin);
    for (const place of ["/t/1", "/feeds/acme/t/2.txt", "/feeds/3", "/4"]) at.set(place, TALK);
    const rows = ["/t/1", "t/2.txt", "../3", `//${host}/4`].map((url, index) => ({ id: `r${index}`, url }));
    const report = await importFeed(companyId, rows);
    expect(report.transcripts).toEqual({ named: 4, found: 4, used: 4, skipped: 0, withoutSpeakers: 0 });
    expect(asked.slice(1).sort()).toEqual(["/4", "/feeds/3", "/feeds/acme/t/2.txt", "/t/1"]);

    // Bad rows of a feed are mended and uploaded: their addresses mean the same.
    await bench.pool.query(`UPDATE "Company" SET "csvUrl" = $2 WHERE "id" = $1`, [
      companyId,
      `${server.origin}/feeds/acme/chats.csv`,
    ]);
    const mended = await importFile(companyId, [{ id: "m", url: "t/2.txt" }], { fetchTranscripts: true });
    expect(mended.transcripts).toMatchObject({ named: 1, used: 1 });
  });

  it.each([404, 410])(
    "does not lose the session of a transcript that is gone (%i), and takes it up when it is back",
    async (status) => {
      const companyId = await bench.newCompany();
      at.set("/gone", status);
      at.set("/there", TALK);
      const rows = [
        { id: "gone", url: "/gone" },
        { id: "there", url: "/there" },
      ];
      const report = await importFeed(companyId, rows);
      expect(countsOf(report)).toEqual([2, 2, 0, 0, 0]);
      expect(report.transcripts).toEqual({ named: 2, found: 1, used: 1, skipped: 1, withoutSpeakers: 0 });
      expect(warningsOf(report)).toEqual([["transcript_gone", 1, ["line 1"]]]);
      expect(await stateOf(bench.pool, companyId)).toMatchObject([
        { externalSessionId: "gone", messages: [{ role: "User", text: "Question of gone" }] },
        { externalSessionId: "there", messages: [{ text: "Hello" }, { text: "Good day" }] },
      ]);
      expect(countsOf(await importFeed(companyId, rows))).toEqual([2, 0, 0, 2, 0]);

      at.set("/gone", TALK);
      const later = await importFeed(companyId, rows);
      expect(countsOf(later)).toEqual([2, 0, 1, 1, 0]);
      expect(later.transcripts).toEqual({ named: 2, found: 2, used: 2, skipped: 0, withoutSpeakers: 0 });
      expect(asked).toEqual(["/feeds/acme/chats.csv?key=1", "/gone"]);
      expect(await stateOf(bench.pool, companyId)).toMatchObject([{ messages: [{ text: "Hello" }, {}] }, {}]);

      // And what was there is kept when it goes again.
      at.set("/gone", status);
      const changed = await importFeed(companyId, [{ id: "gone", url: "/gone", country: "DE" }]);
      expect(warningsOf(changed)).toEqual([["transcript_gone", 1, ["line 1"]]]);
      expect(await stateOf(bench.pool, companyId)).toMatchObject([
        { country: "DE", messages: [{ text: "Hello" }, {}] },
        {},
      ]);
    },
  );

  it.each([401, 403, 429, 500, 503])("asks again, in the next import, for one that answers with %i", async (status) => {
    const companyId = await bench.newCompany();
    at.set("/later", status);
    const rows = [{ id: "a" }, { id: "later", url: "/later" }];
    const report = await importFeed(companyId, rows);
    expect(countsOf(report)).toEqual([2, 1, 0, 0, 1]);
    expect(report.badRows).toMatchObject([{ line: 2, code: "transcript_unavailable" }]);
    at.set("/later", TALK);
    expect(countsOf(await importFeed(companyId, rows))).toEqual([2, 1, 0, 1, 0]);
  });
});
