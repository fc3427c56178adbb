import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { listen } from "../../web/listen.ts";
import { startWebServer } from "../../web/startWebServer.ts";
import { addKey } from "../support/people.ts";
import { insertSessions, removeCompanies, startTestConsole, type TestConsole } from "./support.ts";

const EVENTS = "/api/admin/pipeline/events";
let key: Record<string, string> = {};
let console_: TestConsole;
const streams: IncomingMessage[] = [];

beforeAll(async () => {
  console_ = await startTestConsole({ emulated: false });
  key = (await addKey(console_.ctx, "SUPPORT")).headers;
});

afterAll(async () => {
  await console_?.close();
});

async function ask(path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const url = `http://127.0.0.1:${console_.server.port}${path}`;
  const [response] = await once(get(url, { headers, agent: false }), "response");
  return response;
}

async function watch(headers = key): Promise<IncomingMessage> {
  const response = await ask(EVENTS, headers);
  streams.push(response);
  return response;
}

/** What a stream has sent by the time that it holds `part`. */
async function readUntil(stream: IncomingMessage, part: string): Promise<string> {
  let read = "";
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    read += chunk;
    if (read.includes(part)) return read;
  }
  return expect.fail(`The stream ended without ${part}`);
}

describe("what every response carries", () => {
  it.each(["/", "/nowhere", "/icon.svg", EVENTS])("%s has the security headers and no advertisement", async (path) => {
    const response = await ask(path);
    response.destroy();
    expect(response.headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "permissions-policy": expect.stringContaining("camera=()"),
    });
    expect(response.headers["x-powered-by"]).toBeUndefined();
    const policy = response.headers["content-security-policy"];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("base-uri 'none'");
    expect(policy).not.toContain("unsafe");
  });

  it("has a nonce of its own on every script, whatever policy the request names", async () => {
    const forged = { "content-security-policy": "script-src 'nonce-forged'" };
    const [first, second] = await Promise.all([ask("/sign-in", forged), ask("/sign-in")]);
    const nonceOf = (response: IncomingMessage) =>
      /'nonce-([^']+)'/.exec(String(response.headers["content-security-policy"]))?.[1];
    expect(nonceOf(first)).not.toBe(nonceOf(second));
    const html = await text(first);
    await text(second);
    const scripts = html.match(/<script[^>]*>/g) ?? [];
    expect(scripts.length).toBeGreaterThan(3);
    for (const script of scripts) expect(script).toContain(`nonce="${nonceOf(first)}"`);
    expect(html).not.toMatch(/ style="/);
  });

  it("names no emulator when none answers", async () => {
    const html = await text(await ask("/sign-in"));
    expect(html).toContain("Live data");
    expect(html).not.toContain("emulator");
  });
});

describe("the Host header on a loopback address", () => {
  it.each(["localhost", "localhost:3000", "127.0.0.1:80", "[::1]:3000", "LOCALHOST"])("%s is served", async (host) => {
    const response = await ask("/icon.svg", { host });
    response.resume();
    expect(response.statusCode).toBe(200);
  });

  it.each(["evil.example", "localhost.evil.example", "evil.example:3000", "127.0.0.1.evil.example", "localhost@evil"])(
    "%s is refused",
    async (host) => {
      const response = await ask("/", { host });
      expect(response.statusCode).toBe(421);
      expect(await text(response)).toContain("set PUBLIC_URL");
    },
  );
});

describe("the event stream", () => {
  afterEach(() => {
    for (const stream of streams.splice(0)) stream.destroy();
  });

  it("sends all parts at first, then only what has changed", async () => {
    await insertSessions(console_, 3);
    const stream = await watch();
    expect(stream.headers).toMatchObject({ "content-type": "text/event-stream; charset=utf-8" });
    expect(stream.headers["content-encoding"]).toBeUndefined();
    const first = await readUntil(stream, '"works":true}');
    expect(first).toContain("retry: 2000\n\n");
    expect(first).toMatch(/event: requests\ndata: \{"counts":\{"pending_batching":3,/);
    expect(first).toContain("event: batches\n");
    expect(first).toContain("event: schedulers\n");

    await console_.sql(`UPDATE "AIProcessingRequest" SET "processingStatus" = 'PROCESSING_FAILED' WHERE "id" = 'r1'`);
    const second = await readUntil(stream, '"processing_failed":1');
    expect(second).not.toContain("event: batches");
    await removeCompanies(console_);
  });

  it("has a limit of viewers for each key and in all, and a place again when one has left", async () => {
    const others = await Promise.all(Array.from({ length: 10 }, () => addKey(console_.ctx, "SUPPORT")));
    const viewers = await Promise.all(
      others.flatMap(({ headers }) => Array.from({ length: 20 }, () => watch(headers))),
    );
    for (const viewer of viewers) {
      expect(viewer.statusCode).toBe(200);
      viewer.resume();
    }
    await expectRefusal(await watch(others[0]?.headers), "You have 20 live connections open");
    await expectRefusal(await watch(), "Too many live connections");

    viewers[0]?.destroy();
    await vi.waitFor(async () => {
      const next = await watch();
      next.resume();
      expect(next.statusCode).toBe(200);
    }, 60_000);
  });

  async function expectRefusal(refused: IncomingMessage, sentence: string): Promise<void> {
    expect(refused.statusCode).toBe(429);
    expect(refused.headers["retry-after"]).toBe("60");
    const message = expect.stringContaining(sentence);
    expect(JSON.parse(await text(refused))).toMatchObject({ ok: false, error: { code: "too_many_calls", message } });
  }
});

describe("what is no ordinary request", () => {
  it("an upgrade is answered like any other request, not left open", async () => {
    const socket = connect(console_.server.port, "127.0.0.1");
    socket.write("GET /icon.svg HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    const [chunk] = await once(socket, "data");
    expect(String(chunk)).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
  });
});

describe("a port", () => {
  it("that is in use is said at once, in a sentence that names PORT", async () => {
    const busy = await startWebServer(
      { ctx: console_.ctx, emulated: true },
      { host: "127.0.0.1", port: console_.server.port },
    ).catch((error: unknown) => error);
    expect(busy).toMatchObject({ name: "LiveDashError", code: "port_in_use" });
    expect(String(busy)).toContain(`Port ${console_.server.port}`);
    expect(String(busy)).toContain("PORT");
    // The server that has it still serves its own pages.
    expect((await ask("/sign-in")).resume().statusCode).toBe(200);
  });

  it("on an address that this machine does not have is said to be the fault of HOST", async () => {
    await expect(listen(createServer(), "192.0.2.1", 0)).rejects.toMatchObject({
      code: "host_unavailable",
      message: expect.stringContaining("HOST"),
    });
  });
});

describe("closing", () => {
  it("ends live streams and lets the process end by itself, without a word", async () => {
    const script = `
      const [{ consoleContext }, { openPool }, { openLog }, { startWebServer }] = await Promise.all(
        ["test/support/consoleContext.ts", "lib/db/pool.ts", "lib/observability/log.ts", "web/startWebServer.ts"].map(
          (file) => import(process.cwd() + "/" + file)));
      const db = openPool(process.argv[1]);
      const ctx = consoleContext(db, openLog({ level: "warn", format: "json" }));
      const server = await startWebServer({ ctx, emulated: true }, { host: "127.0.0.1", port: 0 });
      const response = await fetch(server.url + ${JSON.stringify(EVENTS)}, { headers: ${JSON.stringify(key)} });
      const reader = response.body.getReader();
      await reader.read();
      await server.close();
      while (!(await reader.read()).done);
      await db.end();`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script, console_.database.url]);
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    expect({ out, err, code }).toEqual({ out: "", err: "", code: 0 });
  });

  it("ends streams with their last event whole, and takes no new request", async () => {
    const stream = await watch();
    await readUntil(stream, '"works":true}');
    await console_.server.close();
    expect(await text(stream)).toMatch(/^(event: .*\ndata: .*\n\n)*$/);
    await expect(ask("/")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});

// One server a process: the last one stands alone.
describe("an address that others reach", () => {
  it("is served under any name", async () => {
    const open = await startWebServer({ ctx: console_.ctx, emulated: false }, { host: "0.0.0.0", port: 0 });
    const [response] = await once(
      get(`http://127.0.0.1:${open.port}/icon.svg`, { headers: { host: "livedash.example" } }),
      "response",
    );
    response.resume();
    expect(response.statusCode).toBe(200);
    expect(open.url).toBe(`http://localhost:${open.port}`);
    await open.close();
  });
});
