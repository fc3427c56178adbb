import { execFile } from "node:child_process";
import { once } from "node:events";
import { type IncomingMessage, request as plainRequest } from "node:http";
import { connect } from "node:http2";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ensureConsoleBuilt } from "../../web/buildConsole.ts";
import { type RunningCommand, startProgram } from "../support/cli.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { withHeld } from "../support/held.ts";
import { LOOPBACK_CERTIFICATE } from "../support/loopbackCertificate.ts";
import { addKey } from "../support/people.ts";
import { type Consoles, type ProxyKind, type RunningProxy, SITE, startProxy } from "../support/reverseProxy.ts";
import { silentLog } from "../web/support.ts";

const CALLER = "127.0.0.2";
const MEGABYTE = 2 ** 20;
const UPLOAD_MEGABYTES = 100;
const trust = { ca: LOOPBACK_CERTIFICATE.cert, servername: SITE, checkServerIdentity: () => undefined };

let database: TestDatabase;
let console_: RunningCommand;
let livedashPort = 0;
let key: Record<string, string> = {};
beforeAll(async () => {
  database = await createTestDatabase();
  await database.rows.companies([{ id: "acme" }]);
  key = (await addKey(consoleContext(database.pool, silentLog()), "SUPER_ADMIN")).headers;
  await ensureConsoleBuilt();
  console_ = startProgram("server.ts", {
    DATABASE_URL: database.url,
    DIRECT_DATABASE_URL: database.ownerUrl,
    LIVEDASH_SECRET: "nk4vYt9QmPz7Lr2WsXc8Hb5Jd1Fg6Te0UoAiRq3E",
    OPENAI_API_KEY: "none",
    OPENAI_BASE_URL: "http://127.0.0.1:9",
    PUBLIC_URL: `https://${SITE}`,
    TRUST_PROXY: "true",
    PORT: "0",
  });
  await console_.says(/server\.listening/);
  livedashPort = Number(/"url":"http:\/\/localhost:(\d+)"/.exec(console_.stdout() + console_.stderr())?.[1]);
});
afterAll(async () => {
  console_?.child.kill("SIGTERM");
  await console_?.finished;
  await database?.drop();
});

describe.each<ProxyKind>(["nginx", "caddy"])("behind %s, as its file in deploy/ says", (kind) => {
  let proxy: RunningProxy;
  async function start(consoles: Consoles): Promise<void> {
    proxy = await startProxy(kind, consoles);
  }
  afterEach(() => proxy?.stop());

  /** Over TLS, from another address than the proxy's own. */
  function call(method: string, path: string, headers: Record<string, string> = {}) {
    const from = { host: "127.0.0.1", port: proxy.port, localAddress: CALLER, agent: false };
    return request({ ...from, ...trust, method, path, headers: { Host: SITE, ...headers } });
  }
  async function get(path: string, headers?: Record<string, string>): Promise<IncomingMessage> {
    const [response] = await once(call("GET", path, headers).end(), "response");
    return response;
  }

  it("shows the sign-in at its public address, and sends those there who come without TLS", async () => {
    await start({ first: livedashPort });
    const page = await get("/sign-in");
    expect(page.statusCode).toBe(200);
    expect(page.headers["strict-transport-security"]).toMatch(/max-age=\d{7}/);
    expect(await text(page)).toContain("For people who run LiveDash.");
    const options = {
      host: "127.0.0.1",
      port: proxy.plainPort,
      path: "/sign-in",
      headers: { Host: SITE },
      agent: false,
    };
    const [plain] = await once(plainRequest(options).end(), "response");
    plain.resume();
    expect(plain.statusCode).toBe(308);
    expect(plain.headers.location).toMatch(new RegExp(`^https://${SITE}[:\\d]*/sign-in$`));
  });

  it("passes a live stream on while it goes on", async () => {
    await start({ first: livedashPort });
    const stream = await get("/api/admin/pipeline/events", key);
    expect(stream.statusCode).toBe(200);
    let read = "";
    for await (const chunk of stream.iterator({ destroyOnReturn: true })) {
      read += chunk;
      if (read.includes("event: requests")) break;
    }
  });

  it("answers every call while one of two consoles is away, and when neither is there says so", async () => {
    await start({ second: livedashPort });
    for (let n = 0; n < 5; n++) {
      const page = await get("/sign-in");
      expect(page.statusCode).toBe(200);
      expect(await text(page)).toContain("For people who run LiveDash.");
    }
    // Longer than a proxy remembers that nobody answered: an upload may be the first call that meets it.
    for (let n = 0; n < 3; n++) {
      await sleep(1_200);
      await upload(1, "small.csv");
    }
    await proxy.stop();
    await start({});
    const nobody = await get("/sign-in");
    nobody.resume();
    expect([502, 503]).toContain(nobody.statusCode);
  });

  it("still leads to LiveDash while that is not ready, and says itself what is the matter", async () => {
    await start({ first: livedashPort });
    await withHeld(database.owner, async (held) => {
      await held.query(`LOCK TABLE "Installation"`);
      // A proxy that asks whether it is ready hears no after two seconds.
      await sleep(4_000);
      const ready = await get("/api/ready");
      expect({ status: ready.statusCode, body: await text(ready) }).toEqual({ status: 503, body: '{"ok":false}' });
      const page = await get("/sign-in");
      expect(page.statusCode).toBe(200);
      expect(await text(page)).toContain("For people who run LiveDash.");
    });
  });

  it("speaks HTTP/2, so that a browser may have more than six pages open", async () => {
    await start({ first: livedashPort });
    const session = connect(`https://${SITE}:${proxy.port}`, {
      ...trust,
      createConnection: () => connectTls({ host: "127.0.0.1", port: proxy.port, ALPNProtocols: ["h2"], ...trust }),
    });
    try {
      const streams = Array.from({ length: 10 }, () => {
        const stream = session.request({ ":path": "/api/admin/pipeline/events", ":authority": SITE, ...key });
        return once(stream.setEncoding("utf8"), "data").then(() => stream.close());
      });
      await Promise.all(streams);
      const page = session.request({ ":path": "/sign-in", ":authority": SITE });
      const [headers] = await once(page, "response");
      expect(headers[":status"]).toBe(200);
      expect(await text(page)).toContain("For people who run LiveDash.");
    } finally {
      session.close();
    }
  });

  it("takes a large upload in its stride, and knows whom it comes from, whatever they claim", async () => {
    await start({ first: livedashPort });
    await upload(UPLOAD_MEGABYTES / 2, "small.csv");
    const { before, peak } = await upload(UPLOAD_MEGABYTES, "large.csv");
    console.info(`${kind}: ${Math.round(before / MEGABYTE)} MB before, ${Math.round(peak / MEGABYTE)} MB at most`);
    // The first has filled the heap's slack; one that was kept whole would show as its size, and as its copies.
    expect(peak - before).toBeLessThan(UPLOAD_MEGABYTES * MEGABYTE);
    const { rows } = await database.owner.query(
      `SELECT "ipAddress" FROM "SecurityAuditLog" WHERE "action" = 'imports.upload' ORDER BY "createdAt" DESC LIMIT 1`,
    );
    expect(rows).toEqual([{ ipAddress: CALLER }]);
  });

  /** How much memory LiveDash has before, and at most while it takes so much. */
  async function upload(megabytes: number, name: string): Promise<{ before: number; peak: number }> {
    const query = new URLSearchParams({ companyId: "acme", name });
    const headers = { ...key, "Content-Type": "text/csv", "X-Forwarded-For": "203.0.113.7" };
    const before = await residentBytes();
    let peak = before;
    const request = call("POST", `/api/admin/legacy/imports?${query}`, headers);
    const answered = once(request, "response");
    const line = Buffer.concat([Buffer.alloc(MEGABYTE - 1, "x"), Buffer.from("\n")]);
    for (let sent = 0; sent < megabytes; sent++) {
      if (!request.write(line)) await once(request, "drain");
      peak = Math.max(peak, await residentBytes());
    }
    request.end();
    const [response] = await answered;
    expect({ status: response.statusCode, body: await text(response) }).toEqual({
      status: 202,
      body: expect.stringContaining('"ok":true'),
    });
    return { before, peak };
  }

  async function residentBytes(): Promise<number> {
    const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(console_.child.pid)]);
    return Number(stdout) * 1_024;
  }
});
