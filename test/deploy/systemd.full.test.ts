import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { ensureConsoleBuilt } from "../../web/buildConsole.ts";
import { startProgram } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const PROJECT = resolve(import.meta.dirname, "../..");
const FOLDER = join(PROJECT, "deploy/systemd");

/** What each unit starts, and says once it is up. */
const UNITS = {
  "livedash@.service": { program: "server.ts", up: /server\.listening/ },
  "livedash-worker@.service": { program: "worker.ts", up: /schedulers\.started/ },
} as const;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await ensureConsoleBuilt();
});
afterAll(() => database?.drop());

it("has a case here for every unit", async () => {
  expect((await readdir(FOLDER)).sort()).toEqual(Object.keys(UNITS).sort());
});

it.each(Object.entries(UNITS))("%s starts what there is, and ends as it says", async (name, { program, up }) => {
  const unit = readUnit(await readFile(join(FOLDER, name), "utf8"));
  const [command, ...args] = unit("ExecStart").split(" ");
  expect(command).toBe("/opt/livedash/node_modules/.bin/node");
  const { scripts } = JSON.parse(await readFile(join(PROJECT, "package.json"), "utf8"));
  const asByHand = scripts[program === "server.ts" ? "serve" : "worker"];
  expect(asByHand).toBe(`node ${args.join(" ").replace("/opt/livedash/", "")}`);
  expect(unit("ExecStart")).toContain(`/opt/livedash/${program}`);

  // What is set for one process alone comes last, and need not be there.
  expect(unit("EnvironmentFile").split(" ")).toEqual([
    "/etc/livedash/livedash.env",
    expect.stringMatching(/^-.+-%i\.env$/),
  ]);
  const environment = Object.fromEntries(
    unit("Environment")
      .split(" ")
      .map((pair) => pair.split("=")),
  );
  expect(environment.PORT).toBe(program === "server.ts" ? "%i" : undefined);
  const process = startProgram(program, {
    ...environment,
    DATABASE_URL: database.url,
    DIRECT_DATABASE_URL: database.ownerUrl,
    LIVEDASH_SECRET: "nk4vYt9QmPz7Lr2WsXc8Hb5Jd1Fg6Te0UoAiRq3E",
    OPENAI_API_KEY: "none",
    OPENAI_BASE_URL: "http://127.0.0.1:9",
    PORT: "0",
  });
  onTestFinished(() => void process.child.kill("SIGKILL"));
  await process.says(up);
  process.child.kill("SIGTERM");
  expect(await process.finished).toMatchObject({ code: 0 });
});

/** Its settings, each of which stands there once but for files, which are read one after another. */
function readUnit(text: string): (name: string) => string {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#") && !line.startsWith("["));
  const settings = lines.map((line): [string, string] => {
    const at = line.indexOf("=");
    return [line.slice(0, at), line.slice(at + 1)];
  });
  const known = new Map<string, string>();
  for (const [name, value] of settings) {
    const before = known.get(name);
    expect(before === undefined || name === "EnvironmentFile", `${name} stands there twice`).toBe(true);
    known.set(name, before === undefined ? value : `${before} ${value}`);
  }
  return (name) => known.get(name) ?? expect.fail(`It has no ${name}.`);
}
