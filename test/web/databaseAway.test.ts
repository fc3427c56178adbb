import { afterAll, beforeAll, expect, it } from "vitest";
import { openPool } from "../../lib/db/pool.ts";
import { ensureConsoleBuilt } from "../../web/buildConsole.ts";
import { startWebServer, type WebServer } from "../../web/startWebServer.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { silentLog } from "./support.ts";

/** Nothing listens there, as while a server is restarted. */
const away = openPool("postgresql://nobody@127.0.0.1:9/none");

let server: WebServer;
beforeAll(async () => {
  await ensureConsoleBuilt();
  server = await startWebServer(
    { ctx: consoleContext(away, silentLog()), emulated: true },
    { host: "127.0.0.1", port: 0 },
  );
});
afterAll(async () => {
  await server?.close();
  await away.end();
});

const json = { "Content-Type": "application/json" };

it.each<[string, string, RequestInit]>([
  ["a key", "/api/admin/batches", { headers: { Authorization: `Bearer livedash_${"x".repeat(43)}` } }],
  ["a stranger", "/api/admin/batches", {}],
  ["a session", "/api/company/me", { headers: { Cookie: "livedash-company.session_token=x.y" } }],
  ["an address that does not exist", "/api/none", {}],
  [
    "the sign-in page",
    "/api/auth/platform/sign-in/email",
    { method: "POST", headers: json, body: JSON.stringify({ email: "a@example.com", password: "a password" }) },
  ],
])("asks %s to come back in a moment while the database is away", async (_, path, init) => {
  const answer = await fetch(`${server.url}${path}`, init);
  expect({ status: answer.status, retryAfter: answer.headers.get("retry-after"), body: await answer.json() }).toEqual({
    status: 503,
    retryAfter: "5",
    body: {
      ok: false,
      error: {
        code: "database_unavailable",
        message: "LiveDash cannot reach its database at the moment. Try again in a few seconds.",
        requestId: answer.headers.get("x-request-id"),
      },
    },
  });
});

it("lives on, and is not ready", async () => {
  expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
  expect((await fetch(`${server.url}/api/ready`)).status).toBe(503);
});
