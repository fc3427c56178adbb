import { spawn } from "node:child_process";
import { once } from "node:events";
import { glob, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ensureConsoleBuilt } from "../../web/buildConsole.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const require = createRequire(import.meta.url);
const { exportsOf }: { exportsOf(source: string): string[] } = require("../../web/libraryLoader.cjs");

let database: TestDatabase;
beforeAll(async () => {
  await ensureConsoleBuilt();
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Runs this in a process of its own, where nothing but Node loads modules. Answers what it says. */
async function run(script: string): Promise<unknown> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", script, database.url]);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  expect({ err, code }).toEqual({ err: "", code: 0 });
  return JSON.parse(out);
}

it("pages load no module of lib/ that the server has loaded, and what they load is there for the server", async () => {
  const loaded = await run(`
    const load = (file) => import(process.cwd() + "/" + file);
    const { consoleContext } = await load("test/support/consoleContext.ts");
    const { openPool } = await load("lib/db/pool.ts");
    const { openLog } = await load("lib/observability/log.ts");
    const { startWebServer } = await load("web/startWebServer.ts");
    const { STATEMENTS } = await load("lib/db/statement.ts");
    const db = openPool(process.argv[1]);
    const ctx = consoleContext(db, openLog({ level: "silent", format: "json" }));
    const server = await startWebServer({ ctx, emulated: true }, { host: "127.0.0.1", port: 0 });
    const before = STATEMENTS.length;
    const { status } = await fetch(server.url + "/api/admin/batches");
    const { status: page } = await fetch(server.url + "/sign-in");
    const byPages = STATEMENTS.length - before;
    await load("lib/admin/batches/listBatches.ts");
    await server.close();
    await db.end();
    console.log(JSON.stringify({ status, page, isLoaded: byPages > 0, again: STATEMENTS.length - before - byPages }));`);
  expect(loaded).toEqual({ status: 401, page: 200, isLoaded: true, again: 0 });
});

it("what stands in place of a module exports all that it does", async () => {
  const files: string[] = [];
  for await (const file of glob("lib/**/*.ts", { exclude: (name) => name.includes("generated") })) files.push(file);
  const stated = await Promise.all(
    files.map(async (file) => [file, exportsOf(await readFile(file, "utf8")).sort()] as const),
  );
  const real = await run(`
    const files = ${JSON.stringify(files)};
    const of = async (file) => [file, Object.keys(await import(process.cwd() + "/" + file)).sort()];
    console.log(JSON.stringify(await Promise.all(files.map(of))));`);
  expect(real).toEqual(stated);
});
