import { afterAll, beforeAll, expect, it } from "vitest";
import { csv, serve, type TestServer } from "../import/support.ts";
import { runCommand } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let feed: TestServer;
let isThere = true;
beforeAll(async () => {
  database = await createTestDatabase();
  feed = await serve((_, response) => {
    if (isThere) response.end(csv({ id: "a" }, "bad row", { id: "b" }));
    else response.writeHead(404).end();
  });
  await database.rows.company({ id: "c1", name: "Acme", csvUrl: feed.origin });
  await database.rows.company({ id: "c2", name: "No address" });
});
afterAll(async () => {
  await feed.close();
  await database.drop();
});

const livedash = (...args: string[]) =>
  runCommand(args, { DATABASE_URL: database.url, FETCH_PRIVATE_ADDRESSES: "true" });

it("import without a file imports from the company's address, and waits for it where it is told to", async () => {
  const done = await livedash("import", "--company", "Acme", "--wait");
  expect(done).toMatchObject({ code: 0 });
  expect(done.stdout).toMatch(/3 rows: 2 imported, 0 updated, 0 unchanged, 1 bad \(import \S+\)\.\n$/);
  isThere = false;
  const failed = await livedash("import", "--company", "Acme", "--wait");
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining("answered with status 404") });
  expect((await livedash("import", "--company", "No address")).stderr).toContain("has no CSV address");
  isThere = true;
});

it("import without a file refuses what needs one, and asks for nothing", async () => {
  for (const option of [["--dry-run"], ["--time-zone", "UTC"], ["--transcripts", "x"], ["--fetch-transcripts"]]) {
    const refused = await livedash("import", "--company", "No address", ...option);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(`Name the CSV file: ${option[0]}`) });
  }
});

it("jobs are listed, shown, aborted and retried", async () => {
  const queued = await livedash("import", "--company", "Acme");
  const [, id = ""] = /The import is queued as job (\S+)\./.exec(queued.stdout) ?? [];
  const listed = JSON.parse((await livedash("jobs", "--company", "Acme", "--json")).stdout);
  expect(listed.jobs.map(({ state }: { state: string }) => state)).toEqual(["queued", "failed", "done"]);
  expect((await livedash("jobs", "list", "--state", "queued")).stdout).toContain(id);
  expect((await livedash("jobs", "show", id)).stdout).toMatch(/State +queued/);
  expect(await livedash("jobs", "abort", id)).toMatchObject({ code: 0, stdout: "The job has been aborted.\n" });
  expect((await livedash("jobs", "abort", id)).stderr).toContain("has already ended");
  expect(await livedash("jobs", "retry", id)).toMatchObject({ code: 0 });
  // Who asks for the same is given the same job, and does it.
  const done = JSON.parse((await livedash("import", "--company", "Acme", "--wait", "--json")).stdout);
  expect(done.job).toMatchObject({ id, state: "done", outcome: { rows: 3, unchanged: 2, bad: 1 } });
  expect(await livedash("jobs", "show", id, "--wait")).toMatchObject({ code: 0 });
});
