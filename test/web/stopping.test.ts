import { afterAll, beforeAll, expect, it } from "vitest";
import { ensureConsoleBuilt } from "../../web/buildConsole.ts";
import { startWebServer, type WebServer } from "../../web/startWebServer.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { silentLog } from "./support.ts";

const stopping = new AbortController();
let database: TestDatabase;
let server: WebServer;
beforeAll(async () => {
  await ensureConsoleBuilt();
  database = await createTestDatabase();
  const ctx = { ...consoleContext(database.pool, silentLog()), stopping: stopping.signal };
  server = await startWebServer({ ctx, emulated: false }, { host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

it("is not ready once it is asked to stop, and asks those who still call to come back elsewhere", async () => {
  const ready = () => fetch(`${server.url}/api/ready`);
  const before = await ready();
  expect({ status: before.status, body: await before.json() }).toEqual({ status: 200, body: { ok: true } });
  stopping.abort();
  const after = await ready();
  expect({ status: after.status, body: await after.json() }).toEqual({
    status: 503,
    body: { ok: false, stopping: true },
  });
  expect(after.headers.get("connection")).toBe("close");
  expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
});
