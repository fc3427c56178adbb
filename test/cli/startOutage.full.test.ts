import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { ensureConsoleBuilt } from "../../web/buildConsole.ts";
import { type RunningCommand, runCommand, startCommand, startProgram } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { always, never, type OddServer, startOddServer } from "../support/oddServer.ts";
import { startProxy } from "../support/proxy.ts";
import { KEY, REFUSAL } from "./refusedKey.ts";

const SECRET = "a secret that only tests know, thirty-two";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.owner.query(`TRUNCATE "ProviderStop"`);
});

function environment(server: OddServer): Record<string, string> {
  return { DATABASE_URL: database.url, OPENAI_API_KEY: KEY, OPENAI_BASE_URL: server.url, PORT: "0" };
}

/** Ended with the test, even one that fails. */
function running(command: RunningCommand): RunningCommand {
  onTestFinished(() => void command.child.kill("SIGKILL"));
  return command;
}

/** Where the console of a process listens, once it says so. */
async function addressOf(command: RunningCommand, said: RegExp): Promise<string> {
  await command.says(said);
  const [, address = ""] = said.exec(command.stdout() + command.stderr()) ?? [];
  return address;
}

async function endAt(signal: NodeJS.Signals, command: RunningCommand) {
  command.child.kill(signal);
  return command.finished;
}

describe("a process that starts while the provider", () => {
  it.each([
    ["refuses the key", 401, REFUSAL, /New batches are on hold: .*Incorrect API key provided: \[hidden\]/],
    ["is away", 503, "", /Cannot reach the provider: .*status 503/],
  ])("%s runs all the same, says so, and shows the key nowhere", async (_, status, body, said) => {
    const run = running(startCommand(["run"], environment(await startOddServer(always(status, body)))));
    await run.says(/schedulers\.started/);
    const { code, stdout, stderr } = await endAt("SIGTERM", run);
    expect(code).toBe(0);
    expect(stdout).toMatch(said);
    expect(stdout + stderr).not.toContain("C4nary");
  });

  it.each([
    ["refuses the key", 401, REFUSAL, /New batches are on hold: .*Incorrect API key provided: \[hidden\]/],
    ["is away", 503, "", /Cannot reach the provider: .*status 503/],
  ])("%s: start comes up with its console, and says so", async (_, status, body, said) => {
    const env = environment(await startOddServer(always(status, body)));
    const start = running(startCommand(["start"], { ...env, LIVEDASH_SECRET: SECRET, SAMPLES_ENABLED: "false" }));
    const address = await addressOf(start, /Open the console: (\S+)/);
    expect((await fetch(new URL("/api/health", address))).status).toBe(200);
    const { code, stdout, stderr } = await endAt("SIGTERM", start);
    expect(code).toBe(0);
    expect(stdout).toMatch(said);
    expect(stdout + stderr).not.toContain("C4nary");
  });

  it("refuses the key: workers work, and the status says why nothing new is sent", async () => {
    const env = environment(await startOddServer(always(401, REFUSAL)));
    const worker = running(startProgram("worker.ts", env));
    await worker.says(/schedulers\.started/);
    const status = await runCommand(["status"], env);
    expect(status.stdout).toMatch(
      /New batches to openai have been on hold since .*Incorrect API key provided: \[hidden\]/,
    );
    expect(await endAt("SIGTERM", worker)).toMatchObject({ code: 0 });
  });

  it.each<[string, string[], NodeJS.Signals, number]>([
    ["run", ["run"], "SIGTERM", 0],
    ["run --until-idle", ["run", "--until-idle"], "SIGINT", 130],
    ["start", ["start"], "SIGTERM", 0],
  ])("takes calls and hangs ends at once when it is asked to: %s", async (_, args, signal, code) => {
    const called = Promise.withResolvers<void>();
    const server = await startOddServer(() => called.resolve());
    const command = running(startCommand(args, environment(server)));
    await Promise.race([called.promise, command.finished]);
    expect(await endAt(signal, command)).toMatchObject({ code });
    expect(command.stderr()).not.toContain("schedulers.started");
    expect(server.calls).toHaveLength(1);
  });

  it("takes calls and hangs starts within seconds", async () => {
    const server = await startOddServer(never);
    const run = running(startCommand(["run"], environment(server)));
    await run.says(/schedulers\.started/);
    expect(run.stdout()).toMatch(/Cannot reach the provider: .*no answer in time/);
    expect(server.calls).toHaveLength(1);
    expect(await endAt("SIGTERM", run)).toMatchObject({ code: 0 });
  });
});

it("the console serves the companies although the provider refuses the key", async () => {
  const refusing = await startOddServer(always(401, REFUSAL));
  await ensureConsoleBuilt();
  const server = running(startProgram("server.ts", { ...environment(refusing), LIVEDASH_SECRET: SECRET }));
  expect(
    (await fetch(new URL("/dashboard", await addressOf(server, /"event":"server\.listening","url":"([^"]+)"/)))).status,
  ).toBe(200);
  expect(await endAt("SIGTERM", server)).toMatchObject({ code: 0 });
});

describe("the doctor", () => {
  it("calls the provider as the environment says: proxy, organisation, project and headers", async () => {
    const server = await startOddServer(
      always(200, '{"data":[],"has_more":false}', { "content-type": "application/json" }),
    );
    const proxy = await startProxy({ credentials: "ann:C4nary" });
    const account = { OPENAI_ORG_ID: "org-1", OPENAI_PROJECT_ID: "proj_1", OPENAI_CUSTOM_HEADERS: "x-gateway: 7" };
    const env = { ...environment(server), ...account, http_proxy: `http://ann:C4nary@${proxy.host}` };
    expect(await runCommand(["doctor"], env)).toMatchObject({ code: 0, stderr: "" });
    expect(proxy.calls[0]?.target).toMatch(`GET ${server.url}/batches`);
    const sent = { "openai-organization": "org-1", "openai-project": "proj_1", "x-gateway": "7" };
    expect(server.calls[0]?.headers).toMatchObject({ authorization: `Bearer ${KEY}`, ...sent });
  });

  it("prints what it finds in the database although the provider refuses the key", async () => {
    await database.pool.query(`UPDATE "StatusCounter" SET "count" = "count" + 2`);
    await database.pool.query(
      `INSERT INTO "StatusCounter" ("table", "status", "shard", "count") VALUES ('AIProcessingRequest', 'PROCESSING_FAILED', 7, 2)`,
    );
    const server = await startOddServer(always(401, REFUSAL));
    const { code, stdout, stderr } = await runCommand(["doctor"], environment(server));
    expect(code).toBe(1);
    expect(stdout).toContain("7 counters: ");
    expect(stdout).toMatch(/provider-refuses: 1\n.*Incorrect API key provided: \[hidden\]/);
    expect(stdout + stderr).not.toContain("C4nary");
    await database.pool.query(`DELETE FROM "StatusCounter"`);
  });
});
