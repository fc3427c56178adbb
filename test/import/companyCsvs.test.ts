import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askForImports } from "../../lib/admin/imports/askForImports.ts";
import { findOrCreateCompany } from "../../lib/import/findOrCreateCompany.ts";
import { importCsv } from "../../lib/import/importCsv.ts";
import { jobsOf, runJobs } from "../support/jobs.ts";
import { type Bench, countsOf, csv, openBench, serve, type TestServer } from "./support.ts";

let bench: Bench;
let server: TestServer;
let other: TestServer;
let seen: { path: string; authorization: string | undefined }[] = [];
const BASIC = `Basic ${Buffer.from("anna:pass:wörd").toString("base64")}`;

beforeAll(async () => {
  bench = await openBench({ CSV_MAX_BYTES: "5000", FETCH_PRIVATE_ADDRESSES: "true" });
  other = await serve((request, response) => {
    seen.push({ path: `other${request.url}`, authorization: request.headers.authorization });
    if (request.url === "/back") response.writeHead(302, { location: `${server.origin}/private` }).end();
    else response.end(csv({ id: "from-other" }));
  });
  server = await serve(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    seen.push({ path: url.pathname, authorization: request.headers.authorization });
    const redirect = (location: string) => response.writeHead(302, { location }).end();
    if (url.pathname === "/ok") response.end(`\uFEFF${csv({ id: "a" }, "broken row", { id: "b" })}`);
    else if (url.pathname === "/private" && request.headers.authorization === BASIC) response.end(csv({ id: "p" }));
    else if (url.pathname === "/private") response.writeHead(401).end();
    else if (url.pathname === "/zipped")
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(csv({ id: "z" })));
    else if (url.pathname === "/bomb")
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("x".repeat(1e6)));
    else if (url.pathname === "/large") response.end("x,".repeat(5_000));
    else if (url.pathname === "/endless") {
      for (let block = 0; block < 100 && !response.destroyed; block += 1) response.write("x,".repeat(500));
    } else if (url.pathname === "/mute") return;
    else if (url.pathname === "/stalled") response.write(csv({ id: "half" }));
    else if (url.pathname === "/cut") {
      response.writeHead(200, { "content-length": "4000" }).write(csv({ id: "whole" }, { id: "hal" }).slice(0, -30));
      // What was written arrives whole before the connection ends.
      response.socket?.end();
    } else if (url.pathname === "/page") response.end("\n<html><form>Sign in</form>");
    else if (url.pathname === "/to-private") redirect("/private");
    else if (url.pathname === "/to-other") redirect(`${other.origin}/x`);
    else if (url.pathname === "/round-trip") redirect(`${other.origin}/back`);
    else if (url.pathname === "/loop") redirect("/loop");
    else if (url.pathname === "/to-file") redirect("file:///etc/passwd");
    else response.writeHead(404).end("not here: secret-body");
  });
});
afterAll(async () => {
  await server.close();
  await other.close();
  await bench.close();
});

it("of readings in a row that found nothing new, the last one is kept", async () => {
  const companyId = await bench.newCompany();
  const source = { kind: "url", url: `${server.origin}/private`, username: "anna", password: "pass:wörd" } as const;
  const ids = [];
  for (let reading = 0; reading < 4; reading++)
    ids.push((await importCsv(bench.ctx, { companyId, source })).importRunId);
  const runs = `SELECT "id", "imported" FROM "ImportRun" WHERE "companyId" = $1 ORDER BY "startedAt", "id"`;
  const { rows } = await bench.pool.query(runs, [companyId]);
  expect(rows).toEqual([
    { id: ids[0], imported: 1 },
    { id: ids[3], imported: 0 },
  ]);
});

async function importUrl(path: string, credentials?: { username: string; password: string }, ctx = bench.ctx) {
  const companyId = await bench.newCompany();
  const url = `${server.origin}${path}`;
  return importCsv(ctx, { companyId, source: { kind: "url", url, ...credentials } });
}

const ANNA = { username: "anna", password: "pass:wörd" };

describe("a CSV from a URL", () => {
  it("is streamed in, packed or not", async () => {
    expect(countsOf(await importUrl("/ok"))).toEqual([3, 2, 0, 0, 1]);
    expect(countsOf(await importUrl("/zipped"))).toEqual([1, 1, 0, 0, 0]);
  });

  it("is asked for with the company's Basic credentials, from fields or address", async () => {
    expect((await importUrl("/private", ANNA)).imported).toBe(1);
    expect((await importUrl("/to-private", ANNA)).imported).toBe(1);
    const companyId = await bench.newCompany();
    const url = `http://anna:pass%3Aw%C3%B6rd@${new URL(server.origin).host}/private`;
    expect((await importCsv(bench.ctx, { companyId, source: { kind: "url", url } })).imported).toBe(1);
    await expect(importUrl("/private")).rejects.toThrow("/private answered with status 401 instead of 200");
  });

  it("does not get the credentials sent to another origin", async () => {
    seen = [];
    expect((await importUrl("/to-other", ANNA)).imported).toBe(1);
    expect((await importUrl("/round-trip", ANNA)).imported).toBe(1);
    expect(seen).toEqual([
      { path: "/to-other", authorization: BASIC },
      { path: "other/x", authorization: undefined },
      { path: "/round-trip", authorization: BASIC },
      { path: "other/back", authorization: undefined },
      { path: "/private", authorization: BASIC },
    ]);
  });

  it.each([
    ["/absent?token=geheim", "fetch_status", "/absent answered with status 404"],
    ["/large", "fetch_too_large", "returns more than 5000 bytes"],
    ["/endless", "fetch_too_large", "returns more than 5000 bytes"],
    ["/bomb", "fetch_too_large", "returns more than 5000 bytes"],
    ["/mute", "fetch_timeout", "did not answer in full within 200 ms"],
    ["/stalled", "fetch_timeout", "did not answer in full within 200 ms"],
    ["/cut", "fetch_failed", "cannot be reached"],
    ["/page", "csv_other_kind", "is a web page (HTML), not a CSV file: check the address and the password"],
    ["/loop", "fetch_too_many_redirects", "redirects more than 5 times"],
    ["/to-file", "fetch_refused_address", "redirects to something that is not an http or https address"],
  ])("that cannot be had, at %s, fails with %s", async (path, code, sentence) => {
    // In a hurry where nothing more comes; elsewhere a machine may be slow.
    const hurried = { ...bench.ctx, config: { ...bench.ctx.config, CSV_TIMEOUT: 200 } };
    const ctx = code === "fetch_timeout" ? hurried : bench.ctx;
    const error = await importUrl(path, { username: "anna", password: "geheim" }, ctx).then(
      () => undefined,
      (failure: unknown) => failure,
    );
    expect(error).toMatchObject({ code, message: expect.stringContaining(sentence) });
    const { rows } = await bench.pool.query(`SELECT * FROM "ImportRun" ORDER BY "startedAt" DESC, "id" DESC LIMIT 1`);
    expect(rows[0]).toMatchObject({ error: expect.stringContaining(sentence), finishedAt: expect.any(Date) });
    expect(JSON.stringify(rows[0]) + bench.logged()).not.toMatch(/geheim|secret-body/);
  });

  it("refuses other addresses and unreachable servers in words", async () => {
    const companyId = await bench.newCompany();
    for (const url of ["file:///etc/passwd", "nonsense", "ftp://example.test/x"]) {
      const refused = importCsv(bench.ctx, { companyId, source: { kind: "url", url } });
      await expect(refused).rejects.toMatchObject({ code: "fetch_refused_address" });
    }
    const gone = await serve(() => {});
    await gone.close();
    const failed = importCsv(bench.ctx, { companyId, source: { kind: "url", url: gone.origin } });
    await expect(failed).rejects.toMatchObject({
      code: "fetch_failed",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });
});

describe("the scheduled imports", () => {
  it("are a job for every active or trial company that has an address; a failure stops no other", async () => {
    const define = async (path: string | null, status: string) => {
      const id = await bench.newCompany();
      await bench.pool.query(
        `UPDATE "Company" SET "csvUrl" = $2, "status" = $3::"CompanyStatus", "csvUsername" = 'anna', "csvPassword" = 'pass:wörd'
          WHERE "id" = $1`,
        [id, path === null ? null : `${server.origin}${path}`, status],
      );
      return id;
    };
    await define(null, "ACTIVE");
    const broken = await define("/absent", "ACTIVE");
    const active = await define("/private", "ACTIVE");
    const trial = await define("/ok", "TRIAL");
    await define("/ok", "SUSPENDED");
    await define("/ok", "ARCHIVED");
    expect(await askForImports(bench.ctx)).toEqual({ companies: 3, asked: 3 });
    // What is not finished is not asked for again.
    expect(await askForImports(bench.ctx)).toEqual({ companies: 3, asked: 0 });
    await runJobs(bench.ctx);
    const ends = (await jobsOf(bench.ctx)).map(
      ({ companyId, outcome, errorCode }) => [companyId, errorCode ?? outcome.imported] as const,
    );
    expect(new Map(ends)).toEqual(
      new Map<string, number | string>([
        [broken, "fetch_status"],
        [active, 1],
        [trial, 2],
      ]),
    );
    expect(await askForImports(bench.ctx)).toEqual({ companies: 3, asked: 3 });
    const { rows } = await bench.pool.query(`SELECT "error" FROM "ImportRun" WHERE "companyId" = $1`, [broken]);
    expect(rows).toEqual([{ error: `${server.origin}/absent answered with status 404 instead of 200.` }]);
  });
});

it("every company with an address is asked for, however many there are; those that wait already are not, twice", async () => {
  const { companies: before } = await askForImports(bench.ctx);
  await bench.rows.companies(120, (n) => ({ name: `One of many ${n}`, csvUrl: `${server.origin}/ok` }));
  expect(await askForImports(bench.ctx)).toEqual({ companies: before + 120, asked: 120 });
  expect(await askForImports(bench.ctx)).toEqual({ companies: before + 120, asked: 0 });
  const { rows } = await bench.pool.query(
    `SELECT count(DISTINCT "companyId")::int AS "n" FROM "Job" WHERE "state" = 'QUEUED' AND "kind" = 'import'`,
  );
  expect(rows).toEqual([{ n: before + 120 }]);
});

describe("findOrCreateCompany", () => {
  it("makes a company once, with the time zone that is given then", async () => {
    const made = await findOrCreateCompany(bench.ctx, { name: "  Zorg & Co ", timeZone: "Europe/Amsterdam" });
    expect(made).toMatchObject({ name: "Zorg & Co", timeZone: "Europe/Amsterdam", created: true });
    expect(await findOrCreateCompany(bench.ctx, { name: "Zorg & Co" })).toEqual({ ...made, created: false });
    const again = await findOrCreateCompany(bench.ctx, { name: "Zorg & Co", timeZone: "Europe/Lisbon" });
    expect(again).toEqual({ ...made, created: false });
    const same = await Promise.all(Array.from({ length: 8 }, () => findOrCreateCompany(bench.ctx, { name: "Race" })));
    expect(new Set(same.map(({ id }) => id)).size).toBe(1);
    expect(same[0]?.timeZone).toBe("UTC");
  });

  it("refuses names and zones that are none", async () => {
    for (const name of ["", "  ", "x".repeat(201), "a\nb"]) {
      await expect(findOrCreateCompany(bench.ctx, { name })).rejects.toMatchObject({ code: "invalid_company_name" });
    }
    const zone = findOrCreateCompany(bench.ctx, { name: "Zone", timeZone: "Amsterdam" });
    await expect(zone).rejects.toMatchObject({ code: "invalid_time_zone" });
  });
});
