import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCommand } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const MAIN = path.resolve(import.meta.dirname, "../../cli/main.ts");

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), "livedash-status-"));
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

/** Every module that a command loads, as its address. */
async function modulesOf(...args: string[]): Promise<string[]> {
  const hook = path.join(folder, "hook.mjs");
  await writeFile(
    hook,
    `import { registerHooks } from "node:module";
     const loaded = [];
     registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
     process.on("exit", () => process.stderr.write(loaded.join("\\n")));`,
  );
  const env = { ...process.env, DATABASE_URL: database.url, LOG_FORMAT: "pretty" };
  const { stderr } = await promisify(execFile)(process.execPath, ["--import", hook, MAIN, ...args], { env });
  return stderr.split("\n");
}

it.each(["status", "batches list", "requests list"])(
  "%s does not wait for code of which it runs nothing",
  async (command) => {
    const modules = await modulesOf(...command.split(" "));
    expect(modules.some((url) => url.endsWith("/cli/main.ts"))).toBe(true);
    const idle =
      /\/node_modules\/(openai|undici|next|react|pg-boss|better-auth|@prisma|pino-pretty)\/|\/(emulator|app)\//;
    expect(modules.filter((url) => idle.test(url))).toEqual([]);
  },
);

it("keeps what it has compiled where it is told to, and does without where it may not", async () => {
  const kept = path.join(folder, "compiled");
  const env = { DATABASE_URL: database.url };
  const first = await runCommand(["status", "--json"], { ...env, NODE_COMPILE_CACHE: kept });
  const without = await runCommand(["status", "--json"], { ...env, NODE_COMPILE_CACHE: path.join(MAIN, "none") });
  expect(first).toMatchObject({ code: 0, stderr: "" });
  expect(without).toEqual(first);
  expect(await runCommand(["status", "--json"], { ...env, NODE_COMPILE_CACHE: kept })).toEqual(first);
});
