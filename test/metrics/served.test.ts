import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MetricsServer, startMetricsServer } from "../../web/startMetricsServer.ts";
import { addCompanyKey, addKey } from "../support/people.ts";
import { startTestConsole, type TestConsole } from "../web/support.ts";
import { readMetricsText, readValue } from "./read.ts";

let console_: TestConsole;
beforeAll(async () => {
  console_ = await startTestConsole();
  await console_.database.rows.companies([{ id: "c1", name: "Acme" }]);
});
afterAll(() => console_?.close());

async function ask(port: number, path: string, headers: Record<string, string> = {}, method = "GET") {
  const [answer]: IncomingMessage[] = await once(
    get({ host: "127.0.0.1", port, path, method, headers, agent: false }),
    "response",
  );
  if (!answer) return expect.fail("No answer");
  return { status: answer.statusCode, headers: answer.headers, text: await text(answer) };
}

describe("/metrics on the console's port", () => {
  const asked = (headers: Record<string, string>) => ask(console_.server.port, "/metrics", headers);

  it("takes a key with pipeline.read", async () => {
    const { headers } = await addKey(console_.ctx, "SUPPORT", { scopes: ["pipeline.read"] });
    const answer = await asked(headers);
    expect(answer).toMatchObject({ status: 200, headers: { "cache-control": "no-store, no-transform" } });
    expect(answer.headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(readValue(readMetricsText(answer.text), "livedash_database_up")).toBe(1);
  });

  it("is closed to strangers, to keys of companies, and to keys without it", async () => {
    expect((await asked({})).status).toBe(401);
    expect((await asked((await addCompanyKey(console_.ctx, "c1")).headers)).status).toBe(401);
    const other = await addKey(console_.ctx, "SUPER_ADMIN", { scopes: ["batches.read"] });
    expect(await asked(other.headers)).toMatchObject({ status: 403, headers: { "content-type": "application/json" } });
  });
});

describe("a port for metrics alone", () => {
  let server: MetricsServer;
  const served = () => {
    const { metrics, ...ctx } = console_.ctx;
    return metrics ? { ...ctx, metrics } : expect.fail("The console has no metrics");
  };
  beforeAll(async () => {
    server = await startMetricsServer(served(), { host: "127.0.0.1", port: 0 });
  });
  afterAll(() => server?.close());

  it("needs no key", async () => {
    const answer = await ask(server.port, "/metrics?x=1");
    expect(answer).toMatchObject({
      status: 200,
      headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" },
    });
    expect(readValue(readMetricsText(answer.text), "livedash_database_up")).toBe(1);
    expect(await ask(server.port, "/metrics", {}, "HEAD")).toMatchObject({ status: 200, text: "" });
  });

  it("says how the process is", async () => {
    expect(await ask(server.port, "/health")).toMatchObject({ status: 200, text: '{"ok":true}' });
  });

  it("serves nothing else, and no other site's name on this machine", async () => {
    expect((await ask(server.port, "/api/admin/pipeline")).status).toBe(404);
    expect((await ask(server.port, "/")).status).toBe(404);
    expect((await ask(server.port, "/metrics", {}, "POST")).status).toBe(405);
    expect((await ask(server.port, "/metrics", { host: "evil.example" })).status).toBe(421);
  });

  it("names its own variable when the port is taken", async () => {
    const again = startMetricsServer(served(), { host: "127.0.0.1", port: server.port });
    await expect(again).rejects.toThrow(/set METRICS_PORT to a free port/);
  });
});
