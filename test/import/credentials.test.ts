import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { askForImports } from "../../lib/admin/imports/askForImports.ts";
import type { Context } from "../../lib/context.ts";
import { openCsvCredentials, sealCsvPassword } from "../../lib/import/csvCredentials.ts";
import { credentialsOf, withoutCredentials } from "../../lib/import/http/address.ts";
import { importCsv } from "../../lib/import/importCsv.ts";
import { sealStoredCredentials } from "../../lib/import/sealStoredCredentials.ts";
import { isSealed } from "../../lib/secret/sealing.ts";
import { runCommand } from "../support/cli.ts";
import { jobsOf, runJobs } from "../support/jobs.ts";
import { type Bench, csv, openBench, serve, type TestServer } from "./support.ts";

const SECRET = "a secret that only tests know, thirty-two";
const PASSWORD = "pass:wörd";
const BASIC = `Basic ${Buffer.from(`anna:${PASSWORD}`).toString("base64")}`;
let bench: Bench;
let withoutSecret: Context;
let server: TestServer;

beforeAll(async () => {
  bench = await openBench({ LIVEDASH_SECRET: SECRET, FETCH_PRIVATE_ADDRESSES: "true" });
  withoutSecret = { ...bench.ctx, config: { ...bench.ctx.config, LIVEDASH_SECRET: undefined } };
  server = await serve((request, response) => {
    if (request.headers.authorization !== BASIC) response.writeHead(401).end();
    else if (request.url === "/talk") response.end("[01.03.2024 10:00:00] User: Hello");
    else response.end(csv({ id: "a" }));
  });
});
beforeEach(() => bench.pool.query(`DELETE FROM "Company"`));
afterAll(async () => {
  await server.close();
  await bench.close();
});

async function company(access: { url?: string | null; username?: string | null; password?: string | null }) {
  const id = await bench.newCompany();
  await bench.pool.query(`UPDATE "Company" SET "csvUrl" = $2, "csvUsername" = $3, "csvPassword" = $4 WHERE "id" = $1`, [
    id,
    access.url === undefined ? server.origin : access.url,
    access.username,
    access.password,
  ]);
  return id;
}

async function stored(id: string): Promise<{ url: string; username: string; password: string }> {
  const { rows } = await bench.pool.query(
    `SELECT "csvUrl" AS "url", "csvUsername" AS "username", "csvPassword" AS "password" FROM "Company" WHERE "id" = $1`,
    [id],
  );
  return rows[0];
}

describe("credentials in an address", () => {
  it.each([
    ["https://anna:p%C3%A4ss@feed.example.com/a.csv", { username: "anna", password: "päss" }],
    ["https://anna:100%@feed.example.com/a.csv", { username: "anna", password: "100%" }],
    ["https://anna@feed.example.com/a.csv", { username: "anna", password: "" }],
  ])("are read as they are written, %s", (url, written) => {
    expect(credentialsOf(url)).toEqual({ origin: "https://feed.example.com", ...written });
    expect(withoutCredentials(url)).toBe("https://feed.example.com/a.csv");
  });

  it("give way to those that are given beside it, and are none where it is no address", () => {
    const url = "https://anna:secret@feed.example.com/a.csv";
    expect(credentialsOf(url, "ben")).toEqual({ origin: "https://feed.example.com", username: "ben", password: "" });
    expect([credentialsOf("no address", "ben"), withoutCredentials("no address")]).toEqual([undefined, "no address"]);
  });
});

describe("stored credentials", () => {
  it("are sealed when they stand there as they are, and still open the CSV", async () => {
    const plain = await company({ username: "anna", password: PASSWORD });
    const host = new URL(server.origin).host;
    const inUrl = await company({ url: `http://anna:pass%3Aw%C3%B6rd@${host}/x?y=1`, username: null, password: null });
    const none = await company({ url: null });
    const open = await company({ url: "http://example.test/@x", username: null, password: null });
    await sealStoredCredentials(bench.ctx);

    const first = await stored(plain);
    expect(isSealed(first.password)).toBe(true);
    const second = await stored(inUrl);
    expect(second).toMatchObject({ url: `${server.origin}/x?y=1`, username: "anna" });
    expect(isSealed(second.password)).toBe(true);
    expect(await stored(none)).toEqual({ url: null, username: null, password: null });
    expect(await stored(open)).toEqual({ url: "http://example.test/@x", username: null, password: null });
    await bench.pool.query(`UPDATE "Company" SET "csvUrl" = NULL WHERE "id" = $1`, [open]);
    await askForImports(bench.ctx);
    await runJobs(bench.ctx);
    expect((await jobsOf(bench.ctx)).map(({ outcome }) => outcome.imported)).toEqual([1, 1]);

    await sealStoredCredentials(bench.ctx);
    expect(await stored(plain)).toEqual(first);
    expect(await stored(inUrl)).toEqual(second);
    expect(bench.logged()).not.toContain(PASSWORD);
  });

  it("that were sealed for one company open at no other, and not with another secret", async () => {
    const sealed = sealCsvPassword(bench.ctx.config, "one", PASSWORD);
    const access = { url: "https://example.test/", username: "anna", password: sealed };
    expect(openCsvCredentials(bench.ctx.config, "one", access)?.password).toBe(PASSWORD);
    expect(() => openCsvCredentials(bench.ctx.config, "two", access)).toThrow("cannot be decrypted");
    const other = { LIVEDASH_SECRET: `${SECRET}, another one` };
    expect(() => openCsvCredentials(other, "one", access)).toThrow("LIVEDASH_SECRET has changed");
  });

  it("need the secret at the company that has them, and hold up no other", async () => {
    const locked = await company({ username: "anna", password: null });
    await bench.pool.query(`UPDATE "Company" SET "csvPassword" = $2 WHERE "id" = $1`, [
      locked,
      sealCsvPassword(bench.ctx.config, locked, PASSWORD),
    ]);
    const other = await company({ username: "anna", password: PASSWORD });
    const before = bench.logged().length;
    await sealStoredCredentials(withoutSecret);
    expect(bench.logged().slice(before)).toContain('"event":"credentials.not_sealed","companies":1');
    expect((await stored(other)).password).toBe(PASSWORD);

    await bench.pool.query(`DELETE FROM "Job"`);
    await askForImports(withoutSecret);
    await runJobs(withoutSecret);
    const jobs = await jobsOf(withoutSecret);
    expect(jobs).toHaveLength(2);
    expect(jobs).toContainEqual(expect.objectContaining({ companyId: locked, errorCode: "no_secret" }));
    const done = expect.objectContaining({ companyId: other, outcome: expect.objectContaining({ imported: 1 }) });
    expect(jobs).toContainEqual(done);
    const { rows } = await bench.pool.query(`SELECT "error" FROM "ImportRun" WHERE "companyId" = $1`, [locked]);
    expect(rows).toEqual([{ error: expect.stringContaining("LIVEDASH_SECRET is not set") }]);
  });

  it("open the transcripts of a file too, on the origin of the company's CSV", async () => {
    const companyId = await company({ username: "anna", password: PASSWORD });
    await sealStoredCredentials(bench.ctx);
    const path = await bench.writeFile("rows.csv", csv({ id: "t", url: `${server.origin}/talk` }));
    const report = await importCsv(bench.ctx, { companyId, source: { kind: "file", path }, fetchTranscripts: true });
    expect(report).toMatchObject({ imported: 1, bad: 0 });
  });

  it("are sealed when a process starts", async () => {
    const id = await company({ username: "anna", password: PASSWORD });
    const env = { DATABASE_URL: bench.databaseUrl, LIVEDASH_SECRET: SECRET };
    expect(await runCommand(["migrate"], env)).toMatchObject({ code: 0, stdout: "The database is up to date.\n" });
    const { password } = await stored(id);
    expect(openCsvCredentials(bench.ctx.config, id, { url: "http://x", username: "anna", password })).toMatchObject({
      password: PASSWORD,
    });
  });
});
