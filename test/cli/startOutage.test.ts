import { once } from "node:events";
import { createServer } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { oneAccount } from "../../lib/accounts/openAccounts.ts";
import { doctor } from "../../lib/admin/doctor/doctor.ts";
import { INVARIANTS } from "../../lib/admin/doctor/invariants.ts";
import { readConfig } from "../../lib/config.ts";
import { createContext, type PipelineContext } from "../../lib/context.ts";
import { openLog } from "../../lib/observability/log.ts";
import { askProvider } from "../../lib/pipeline/askProvider.ts";
import { openProvider } from "../../lib/providers/openProvider.ts";
import { listStops, readStop, recordStop } from "../../lib/throttle/providerStop.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { always, startOddServer } from "../support/oddServer.ts";
import { KEY, REFUSAL } from "./refusedKey.ts";

const PAGE = "<!doctype html><html><head><title>Access denied</title></head></html>";
const JSON_TYPE = { "content-type": "application/json" };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.owner.query(`TRUNCATE "ProviderStop"`);
});

function contextFor(url: string, stopping?: AbortSignal): PipelineContext {
  const log = openLog({ level: "fatal", format: "json" });
  const parts = { config: readConfig({}), db: database.pool, log, ...(stopping ? { stopping } : {}) };
  return { ...createContext(parts), ...oneAccount(openProvider("openai", { apiKey: KEY, baseURL: url })) };
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
    expect(await listStops({ db: database.pool })).toEqual([]);
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

describe("the doctor", () => {
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
});
