import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { askForImports } from "../../lib/admin/imports/askForImports.ts";
import { openLog } from "../../lib/observability/log.ts";
import { csv, csvRow, serve } from "../import/support.ts";
import { runCommand } from "../support/cli.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { runJobs } from "../support/jobs.ts";

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), "livedash-cli-"));
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const livedash = (...args: string[]) => runCommand(args, { DATABASE_URL: database.url });

async function put(name: string, text: string): Promise<string> {
  await writeFile(path.join(folder, name), text);
  return path.join(folder, name);
}

async function companies(): Promise<string[]> {
  const { rows } = await database.pool.query(`SELECT "name" FROM "Company" ORDER BY 1`);
  return rows.map(({ name }) => name);
}

it("a dry run prints the report and the cost, for people and as JSON, and makes nothing", async () => {
  const file = await put("sessions.csv", csv({ id: "a" }, "broken", { id: "b", url: "/t" }));
  const before = await readdir(folder);
  const words = await livedash("import", file, "--company", "New", "--dry-run");
  expect(words).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Dry run: nothing was imported\.\n3 rows: 2 imported/),
  });
  expect(words.stdout).toContain("transcripts: 1 named, 0 found, 0 used, 1 skipped, 0 without speakers");
  expect(words.stdout).toMatch(/analysis: (about \d|unknown)/);
  const { stdout } = await livedash("import", file, "--company", "New", "--dry-run", "--json");
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({
    importRunId: null,
    rows: 3,
    imported: 2,
    bad: 1,
    transcripts: { named: 1 },
    badRows: [{ line: 2 }],
  });
  expect(report).toHaveProperty("estimatedCostEur");
  expect(await companies()).toEqual([]);
  expect((await database.pool.query(`SELECT 1 FROM "ImportRun"`)).rows).toEqual([]);
  expect(await readdir(folder)).toEqual(before);

  const real = await livedash("import", file, "--company", "New", "--json");
  const { estimatedCostEur: _, ...same } = report;
  expect(JSON.parse(real.stdout)).toEqual({ ...same, importRunId: expect.any(String) });
});

it("a command that fails leaves nothing behind", async () => {
  const before = await companies();
  const good = await put("good.csv", csv({ id: "a" }));
  const bad = await put("bad.csv", `${csvRow({ id: "a", start: "never" })}\n`);
  const empty = await put("empty.csv", "");
  await mkdir(path.join(folder, "dir.csv"), { recursive: true });
  const failing: [string[], RegExp][] = [
    [["import", path.join(folder, "missing.csv"), "--company", "Mistyped"], /missing\.csv does not exist/],
    [["import", path.join(folder, "dir.csv"), "--company", "Mistyped"], /it is not a file/],
    [["import", bad, "--company", "Mistyped"], /The only row could not be imported/],
    [["import", empty, "--company", "Mistyped"], /is empty/],
    [["import", good, "--company", "Mistyped", "--time-zone", "Amsterdam"], /is not a time zone/],
    [["import", good, "--company", "Mistyped", "--transcripts", path.join(folder, "none")], /transcripts folder/],
    [["import", good, "--company", " "], /A company name/],
    [
      ["admin", "create-user", "--email", "a@b.example", "--role", "USER", "--company", "Mistyped"],
      /No company is named/,
    ],
    [["admin", "create-user", "--email", "nobody", "--role", "ADMIN"], /email/],
    [["admin", "create-key", "--name", "k", "--service-account", "k", "--role", "KING"], /role/],
    [["admin", "create-key", "--name", "k", "--owner", "a@example.com", "--expires", "soon"], /is not a valid time/],
    [["companies", "role-words", "Mistyped", "--user", "x"], /no company .*"Mistyped"/i],
    [["companies", "role-words", "New", "--user", "a: b"], /has a character/],
    [["spending", "stop", "--reason", "x"], /reason: must have at least \d characters/i],
    [["batches", "give-up", "nobody", "--reason", "because"], /OPENAI_API_KEY/],
  ];
  for (const [args, sentence] of failing) {
    const { code, stderr } = await livedash(...args);
    expect([args, code]).toEqual([args, 1]);
    expect(stderr).toMatch(sentence);
  }
  expect(await companies()).toEqual(before);
  const left = await database.pool.query(
    `SELECT (SELECT count(*)::int FROM "PlatformUser") AS "users", (SELECT count(*)::int FROM "ApiKey") AS "keys",
            (SELECT count(*)::int FROM "SpendingStop") AS "stops",
            (SELECT count(*)::int FROM "Company" WHERE "roleWords" IS NOT NULL) AS "words"`,
  );
  expect(left.rows).toEqual([{ users: 0, keys: 0, stops: 0, words: 0 }]);
});

it("a company's role words are set and shown", async () => {
  const set = await livedash(
    "companies",
    "role-words",
    "New",
    "--user",
    "Sollicitant, Bewerber",
    "--system",
    "Melding",
  );
  expect(set).toMatchObject({ code: 0, stdout: "User: Sollicitant, Bewerber\nSystem: Melding\n" });
  await livedash("companies", "role-words", "New", "--system", "");
  const shown = await livedash("companies", "role-words", "New", "--json");
  expect(JSON.parse(shown.stdout)).toEqual({ User: ["Sollicitant", "Bewerber"], System: [] });
});

it("--time-zone is of one import: the company's zone and what its feed brings next stay as they were", async () => {
  const feed = await serve((_, response) => response.end(csv({ id: "fed", start: "01.03.2024 10:00:00" })));
  try {
    const old = await put("old.csv", csv({ id: "old", start: "01.03.2024 10:00:00" }));
    const first = await put("first.csv", csv({ id: "first", start: "01.03.2024 10:00:00" }));
    const into = ["--company", "Amsterdammers"];
    expect(await livedash("import", first, ...into, "--time-zone", "Europe/Amsterdam")).toMatchObject({ code: 0 });
    expect(await livedash("import", old, ...into, "--time-zone", "UTC")).toMatchObject({ code: 0 });
    await database.owner.query(`UPDATE "Company" SET "csvUrl" = $1 WHERE "name" = 'Amsterdammers'`, [feed.origin]);
    const log = openLog({ level: "fatal", format: "json" });
    const ctx = consoleContext(database.pool, log, { FETCH_PRIVATE_ADDRESSES: "true" });
    await askForImports(ctx);
    await runJobs(ctx);
    const { rows } = await database.owner.query(
      `SELECT c."timeZone" AS "zone", s."externalSessionId" AS "id", s."startTime" AS "start"
         FROM "Company" c JOIN "Session" s ON s."companyId" = c."id" WHERE c."name" = 'Amsterdammers' ORDER BY 2`,
    );
    expect(rows).toEqual([
      { zone: "Europe/Amsterdam", id: "fed", start: new Date("2024-03-01T09:00:00Z") },
      { zone: "Europe/Amsterdam", id: "first", start: new Date("2024-03-01T09:00:00Z") },
      { zone: "Europe/Amsterdam", id: "old", start: new Date("2024-03-01T10:00:00Z") },
    ]);
  } finally {
    await feed.close();
  }
});
