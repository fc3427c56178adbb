import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { importCsv } from "../../lib/import/importCsv.ts";
import { TRANSCRIPT_FAILURES } from "../../lib/import/limits.ts";
import {
  type Bench,
  countsOf,
  csv,
  failedReport,
  openBench,
  type RowFields,
  serve,
  stateOf,
  type TestServer,
} from "./support.ts";

let bench: Bench;
let folder: string;
beforeAll(async () => {
  bench = await openBench({ TRANSCRIPT_MAX_BYTES: "2000", FETCH_PRIVATE_ADDRESSES: "true" });
  folder = path.join(bench.folder, "transcripts");
  await mkdir(folder);
});
afterAll(() => bench.close());

const TALK = "[01.07.2024 10:00:00] User: Hello\n[01.07.2024 10:00:09] Assistant: Good day\nto you";

interface Options {
  transcriptsDir?: string;
  fetchTranscripts?: boolean;
}

async function importRows(companyId: string, rows: RowFields[], options: Options = {}) {
  const file = await bench.writeFile("rows.csv", csv(...rows));
  return importCsv(bench.ctx, { companyId, source: { kind: "file", path: file }, ...options });
}

const put = (name: string, text: string | Buffer) => writeFile(path.join(folder, name), text);

describe("transcripts from a folder", () => {
  it("become messages in the company's zone; a session without one has its initial message", async () => {
    const companyId = await bench.newCompany("Europe/Amsterdam");
    await put("a.txt", TALK);
    await put("blank.txt", " \n");
    await importRows(companyId, [{ id: "a" }, { id: "b" }, { id: "blank" }], { transcriptsDir: folder });
    expect(await stateOf(bench.pool, companyId)).toMatchObject([
      {
        rawTranscriptContent: TALK,
        messagesSent: 1,
        messages: [
          { at: "2024-07-01T08:00:00+00:00", role: "User", text: "Hello" },
          { at: "2024-07-01T08:00:09+00:00", role: "Assistant", text: "Good day\nto you" },
        ],
      },
      { rawTranscriptContent: null, messages: [{ at: null, role: "User", text: "Question of b" }] },
      { rawTranscriptContent: null, messages: [{ text: "Question of blank" }] },
    ]);
  });

  it("update a session when they change, and are kept when an import brings none", async () => {
    const companyId = await bench.newCompany();
    await put("u.txt", TALK);
    const rows = [{ id: "u" }];
    await importRows(companyId, rows, { transcriptsDir: folder });
    expect(countsOf(await importRows(companyId, rows, { transcriptsDir: folder }))).toEqual([1, 0, 0, 1, 0]);
    expect(countsOf(await importRows(companyId, rows))).toEqual([1, 0, 0, 1, 0]);
    expect(countsOf(await importRows(companyId, [{ id: "u", country: "DE" }]))).toEqual([1, 0, 1, 0, 0]);
    expect(await stateOf(bench.pool, companyId)).toMatchObject([
      { country: "DE", rawTranscriptContent: TALK, messages: [{ text: "Hello" }, { text: "Good day\nto you" }] },
    ]);
    await put("u.txt", `${TALK}\n[01.07.2024 10:01:00] User: Thanks`);
    const last = [{ id: "u", country: "DE" }];
    expect(countsOf(await importRows(companyId, last, { transcriptsDir: folder }))).toEqual([1, 0, 1, 0, 0]);
    expect(await stateOf(bench.pool, companyId)).toMatchObject([
      { messages: [{}, {}, { text: "Thanks" }], messagesSent: 2 },
    ]);
  });

  it("never come from outside the folder, and bad ones are reported", async () => {
    const companyId = await bench.newCompany();
    const outside = await bench.writeFile("outside.txt", TALK);
    await put("inside.txt", TALK);
    await symlink(outside, path.join(folder, "link.txt"));
    await symlink(path.join(folder, "inside.txt"), path.join(folder, "friend.txt"));
    await mkdir(path.join(folder, "dir.txt"));
    await put("large.txt", "x".repeat(2_001));
    await put("broken.txt", Buffer.from([0x61, 0x81, 0xff]));
    const ids = ["../outside", "..\\outside", "link", "dir", "large", "broken", "friend", "ü".repeat(200)];
    const rows = ids.map((id) => ({ id }));
    const report = await importRows(companyId, rows, { transcriptsDir: folder });
    expect(report.badRows.map(({ line, code }) => [ids[line - 1], code])).toEqual([
      ["link", "transcript_refused"],
      ["dir", "transcript_refused"],
      ["large", "transcript_too_large"],
      ["broken", "transcript_refused"],
    ]);
    expect(await stateOf(bench.pool, companyId)).toMatchObject([
      { externalSessionId: "../outside", rawTranscriptContent: null },
      { externalSessionId: "..\\outside", rawTranscriptContent: null },
      { externalSessionId: "friend", messages: [{}, {}] },
      { messages: [{}] },
    ]);
    const nowhere = importRows(companyId, rows, { transcriptsDir: path.join(folder, "none") });
    await expect(nowhere).rejects.toMatchObject({ code: "transcripts_unreadable" });
    const noFolder = importRows(companyId, rows, { transcriptsDir: outside });
    await expect(noFolder).rejects.toMatchObject({ code: "transcripts_unreadable" });
  });
});

describe("transcripts from the URL of the row", () => {
  let server: TestServer;
  let asked: { url: string; authorization: string | undefined }[];
  beforeEach(async () => {
    asked = [];
    server = await serve((request, response) => {
      asked.push({ url: request.url ?? "", authorization: request.headers.authorization });
      if (request.url === "/talk") response.end(TALK);
      else if (request.url === "/page") response.end("<!doctype html><p>Sign in");
      else if (request.url === "/large") response.end("x".repeat(2_001));
      else if (request.url === "/csv") response.end(csv({ id: "c", url: `${server.origin}/talk` }));
      else if (request.url === "/busy") response.writeHead(503).end("secret words");
      else if (request.url === "/down") request.socket.destroy();
      else response.writeHead(404).end("secret words");
    });
  });
  afterEach(() => server.close());

  it("are fetched from a file's rows only when told so, after the folder", async () => {
    const companyId = await bench.newCompany();
    await put("folder.txt", "From the folder");
    const rows = [
      { id: "folder", url: `${server.origin}/talk` },
      { id: "url", url: `${server.origin}/talk` },
      { id: "x", url: "ftp://x/y" },
    ];
    await importRows(companyId, rows, { transcriptsDir: folder });
    expect(asked).toEqual([]);
    const report = await importRows(companyId, rows, { transcriptsDir: folder, fetchTranscripts: true });
    expect(countsOf(report)).toEqual([3, 0, 1, 2, 0]);
    expect(asked).toEqual([{ url: "/talk", authorization: undefined }]);
    expect(await stateOf(bench.pool, companyId)).toMatchObject([
      { messages: [{ text: "From the folder" }] },
      { messages: [{ text: "Hello" }, {}] },
      { messages: [{ text: "Question of x" }] },
    ]);
  });

  it("make a row bad if they do not come, which the next import takes up", async () => {
    const companyId = await bench.newCompany();
    const paths = ["talk", "page", "large", "busy", "down"];
    const rows = paths.map((id) => ({ id, url: `${server.origin}/${id}` }));
    const report = await importRows(companyId, rows, { fetchTranscripts: true });
    expect(countsOf(report)).toEqual([5, 1, 0, 0, 4]);
    expect(report.transcripts).toEqual({ named: 5, found: 2, used: 1, skipped: 4, withoutSpeakers: 0 });
    expect(report.badRows.map(({ line, code }) => [line, code])).toEqual([
      [2, "transcript_unavailable"],
      [3, "transcript_too_large"],
      [4, "transcript_unavailable"],
      [5, "transcript_unavailable"],
    ]);
    expect(report.badRows[2]?.reason).toBe("The transcript address answered with status 503 instead of 200.");
    expect(JSON.stringify(report)).not.toContain("secret");

    asked.length = 0;
    const mended = rows.map((row) => ({ ...row, url: `${server.origin}/talk` }));
    expect(countsOf(await importRows(companyId, mended, { fetchTranscripts: true }))).toEqual([5, 4, 0, 1, 0]);
    // What is there with its transcript is not fetched again.
    expect(asked).toHaveLength(4);
  });

  it("stop being asked of a server that gives none", async () => {
    const companyId = await bench.newCompany();
    const rows = Array.from({ length: 100 }, (_, index) => ({ id: `s${index}`, url: `${server.origin}/down` }));
    const report = await failedReport(importRows(companyId, rows, { fetchTranscripts: true }));
    expect(report.bad).toBe(100);
    expect(asked.length).toBeLessThan(TRANSCRIPT_FAILURES + 20);
    expect(report.badRows.at(-1)?.reason).toContain("transcripts from its server all failed");
  });

  it("get the company's password only on the origin of its CSV", async () => {
    const companyId = await bench.newCompany();
    const other = await serve((request, response) => {
      asked.push({ url: "other", authorization: request.headers.authorization });
      response.end(csv({ id: "c", url: `${server.origin}/talk` }, { id: "d", url: `${other.origin}/talk` }));
    });
    try {
      const source = { kind: "url", url: `${other.origin}/csv`, username: "u", password: "p" } as const;
      const report = await importCsv(bench.ctx, { companyId, source });
      expect(countsOf(report)).toEqual([2, 2, 0, 0, 0]);
      const basic = `Basic ${Buffer.from("u:p").toString("base64")}`;
      expect(asked.filter(({ url }) => url === "other").map((request) => request.authorization)).toEqual([
        basic,
        basic,
      ]);
      expect(asked.filter(({ url }) => url === "/talk")).toEqual([{ url: "/talk", authorization: undefined }]);
    } finally {
      await other.close();
    }
  });
});
