import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sealCsvPassword } from "../../lib/import/csvCredentials.ts";
import { runCommand } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const OLD = "the one that was in use until now, 1st";
const NEW = "that which comes in its place, the 2nd";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const csvPassword = sealCsvPassword({ LIVEDASH_SECRET: OLD }, "acme", "pässword");
  await database.rows.company({ id: "acme", name: "Acme", csvPassword });
});
afterAll(() => database.drop());

const rotate = (env: Record<string, string>) => runCommand(["admin", "rotate-secret"], env);

it("replaces a secret that is configured, and says what to do next", async () => {
  const env = { DATABASE_URL: database.url, LIVEDASH_SECRET: NEW };
  const alone = await rotate(env);
  expect(alone).toMatchObject({ code: 1, stdout: "" });
  expect(alone.stderr).toMatch(
    /^livedash: There is no previous secret to replace\. Set LIVEDASH_SECRET to a new secret/,
  );

  const wrong = await rotate({ ...env, LIVEDASH_SECRET_PREVIOUS: "changeme" });
  expect(wrong.code).toBe(1);
  expect(wrong.stdout).toContain("Neither secret opens 1 CSV password: Acme. Enter them again");

  const done = await rotate({ ...env, LIVEDASH_SECRET_PREVIOUS: OLD });
  expect({ code: done.code, stderr: done.stderr }).toEqual({ code: 0, stderr: "" });
  expect(done.stdout).toMatch(
    /^Sealed with the new secret: 1 CSV password, 0 account keys, 0 second factors, 0 audit seals\.\n/,
  );
  expect(done.stdout).toContain("You can now remove LIVEDASH_SECRET_PREVIOUS");
  expect(done.stdout + done.stderr).not.toMatch(new RegExp(`${OLD}|${NEW}`));
});

it("replaces the secret that was generated, also after it was interrupted", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "livedash-secret-"));
  const env = { LIVEDASH_DATA_DIR: dataDir };
  try {
    expect((await runCommand(["migrate"], env)).code).toBe(0);
    const file = join(dataDir, "secret");
    const first = await readFile(file, "utf8");
    expect(await rotate(env)).toMatchObject({ code: 0, stderr: "" });
    const second = await readFile(file, "utf8");
    expect(second).not.toBe(first);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const previous = join(dataDir, "secret.previous");
    await expect(stat(previous)).rejects.toMatchObject({ code: "ENOENT" });
    // As if it had been killed after the new one was written: both are there, and no third one is made.
    await writeFile(previous, first);
    expect(await rotate(env)).toMatchObject({ code: 0 });
    expect(await readFile(file, "utf8")).toBe(second);
    await expect(stat(previous)).rejects.toMatchObject({ code: "ENOENT" });
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
