import { once } from "node:events";
import { createServer } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { doctor } from "../../lib/admin/doctor/doctor.ts";
import { INVARIANTS } from "../../lib/admin/doctor/invariants.ts";
import { askProvider } from "../../lib/batch/askProvider.ts";
import { readStop, recordStop } from "../../lib/batch/providerStop.ts";
import { readConfig } from "../../lib/config.ts";
import { createContext, type PipelineContext } from "../../lib/context.ts";
import { openLog } from "../../lib/observability/log.ts";
import { openaiProvider } from "../../lib/provider/openai/openaiProvider.ts";
import { type RunningCommand, runCommand, startCommand, startProgram } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { always, never, type OddServer, startOddServer } from "../support/oddServer.ts";
import { startProxy } from "../support/proxy.ts";

const KEY = "sk-C4nary-key-1234567890";
const PAGE = "<!doctype html><html><head><title>Access denied</title></head></html>";
const JSON_TYPE = { "content-type": "application/json" };
const REFUSAL = JSON.stringify({
  error: { message: `Incorrect API key provided: ${KEY}`, type: "invalid_request_error", code: "invalid_api_key" },
});

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query(`TRUNCATE "ProviderStop"`);
});

function contextFor(url: string, stopping?: AbortSignal): PipelineContext {
  const log = openLog({ level: "fatal", format: "json" });
  const parts = { config: readConfig({}), db: database.pool, log, ...(stopping ? { stopping } : {}) };
  return { ...createContext(parts), provider: openaiProvider({ apiKey: KEY, baseURL: url }) };
}

/** Something that takes connections and speaks no HTTP. */
async function startMute(): Promise<{ url: string; close: () => void }> {
  const server = createServer((socket) => socket.end("what?\n")).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return { url: `127.0.0.1:${typeof address === "object" ? address?.port : 0}`, close: () => server.close() };
}

describe("asked whether it answers, the provider", () => {
  it.each([
    ["refuses the key", 401, REFUSAL, "provider_key_refused", /Incorrect API key provided: \[hidden\]/],
    ["denies access", 403, '{"message":"Country not supported"}', "provider_key_refused", /Country not supported/],
    ["wants money", 402, "", "provider_quota_exhausted", /no credit left/],
    ["names a quota", 429, '{"error":{"type":"insufficient_quota"}}', "provider_quota_exhausted", /no credit left/],
  ])("%s: that is a stop with its reason, as in a running process", async (_, status, body, code, reason) => {
    const server = await startOddServer(always(status, body));
    const ctx = contextFor(server.url);
    expect(await askProvider(ctx)).toEqual({ kind: "refuses", message: expect.stringMatching(reason) });
    expect(await readStop(ctx)).toMatchObject({ code, message: expect.stringMatching(reason) });
  });

  it.each([
    ["is too busy", 429, '{"error":{"message":"Slow down"}}', /Slow down/],
    ["fails", 500, '{"error":{"message":"Oops"}}', /Oops/],
    ["is away", 503, "", /status 503/],
    ["is hidden by a firewall", 403, PAGE, /an HTML page.*Access denied/],
    ["is another server", 404, "404 page not found", /404 page not found/],
    ["does not list batches", 404, '{"detail":"Not Found"}', /Not Found/],
    ["is a page", 200, PAGE, /an HTML page.*Access denied/],
    ["is something else", 200, "hello", /shape/],
  ])("%s: it is asked once, and nothing stops", async (_, status, body, reason) => {
    const server = await startOddServer(always(status, body));
    const ctx = contextFor(server.url);
    expect(await askProvider(ctx)).toEqual({ kind: "silent", message: expect.stringMatching(reason) });
    expect(await readStop(ctx)).toBeUndefined();
    expect(server.calls).toHaveLength(1);
  });

  it("cannot be connected to, found or trusted: nothing stops, and it is said why", async () => {
    const [mute, closed] = [await startMute(), await startMute()];
    closed.close();
    const away: Record<string, RegExp> = {
      [`http://${closed.url}/v1`]: /ECONNREFUSED/,
      "http://provider.invalid/v1": /ENOTFOUND|EAI_AGAIN/,
      [`https://${mute.url}/v1`]: /ssl|tls|wrong version|packet length/i,
      [`http://${mute.url}/v1`]: /./,
    };
    for (const [url, reason] of Object.entries(away)) {
      expect(await askProvider(contextFor(url)), url).toEqual({
        kind: "silent",
        message: expect.stringMatching(reason),
      });
    }
    expect(await readStop({ db: database.pool })).toBeUndefined();
    mute.close();
  });

  it("answers again: the stop is lifted", async () => {
    const server = await startOddServer(always(200, '{"data":[],"has_more":false}', JSON_TYPE));
    const ctx = contextFor(server.url);
    await recordStop(ctx, "provider_key_refused", "It was refused.");
    expect(await askProvider(ctx)).toEqual({ kind: "answers" });
    expect(await readStop(ctx)).toBeUndefined();
  });

  it("is not waited for by a process that is to stop", async () => {
    const stopping = new AbortController();
    const server = await startOddServer(() => stopping.abort());
    expect(await askProvider(contextFor(server.url, stopping.signal))).toEqual({ kind: "not_awaited" });
  });
});

function environment(server: OddServer): Record<string, string> {
  return { DATABASE_URL: database.url, OPENAI_API_KEY: KEY, OPENAI_BASE_URL: server.url, PORT: "0" };
}

/** Ended with the test, even one that fails. */
function running(command: RunningCommand): RunningCommand {
  onTestFinished(() => void command.child.kill("SIGKILL"));
  return command;
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

  it("refuses the key: workers work, and the status says why nothing new is sent", async () => {
    const env = environment(await startOddServer(always(401, REFUSAL)));
    const worker = running(startProgram("worker.ts", env));
    await worker.says(/schedulers\.started/);
    const status = await runCommand(["status"], env);
    expect(status.stdout).toMatch(/New batches have been on hold since .*Incorrect API key provided: \[hidden\]/);
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

describe("the doctor", () => {
  it("calls the provider as the environment says: proxy, organisation, project and headers", async () => {
    const server = await startOddServer(always(200, '{"data":[],"has_more":false}', JSON_TYPE));
    const proxy = await startProxy({ credentials: "ann:C4nary" });
    const account = { OPENAI_ORG_ID: "org-1", OPENAI_PROJECT_ID: "proj_1", OPENAI_CUSTOM_HEADERS: "x-gateway: 7" };
    const env = { ...environment(server), ...account, http_proxy: `http://ann:C4nary@${proxy.host}` };
    expect(await runCommand(["doctor"], env)).toMatchObject({ code: 0, stderr: "" });
    expect(proxy.calls[0]?.target).toMatch(`GET ${server.url}/batches`);
    const sent = { "openai-organization": "org-1", "openai-project": "proj_1", "x-gateway": "7" };
    expect(server.calls[0]?.headers).toMatchObject({ authorization: `Bearer ${KEY}`, ...sent });
  });

  it.each([
    ["refuses the key", 401, REFUSAL, "provider-refuses", /Incorrect API key provided: \[hidden\]/],
    ["is away", 503, "", "provider-silent", /status 503/],
    ["is hidden by a firewall", 403, PAGE, "provider-silent", /an HTML page.*Access denied/],
  ])("checks the database also when the provider %s", async (_, status, body, id, reason) => {
    const server = await startOddServer(always(status, body));
    const { checked, findings } = await doctor(contextFor(server.url), { fix: false });
    expect(checked).toBe(INVARIANTS.length);
    expect(findings).toMatchObject([{ id, explanation: expect.stringMatching(reason) }]);
    expect(server.calls).toHaveLength(1);
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
