import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readJson } from "../../lib/api/readJson.ts";
import type { Clock } from "../../lib/clock.ts";
import { addKey, addUser, signIn } from "../support/people.ts";
import { call, startTestConsole, type TestConsole } from "./support.ts";

const SUMMARY = "/api/admin/legacy/summary";
const PUBLIC_URL = "https://livedash.example.com";
let console_: TestConsole;
beforeAll(async () => {
  console_ = await startTestConsole({ env: { PUBLIC_URL, TRUST_PROXY: "true" } });
  await addUser(console_.ctx, { realm: "platform", email: "sam@example.com", name: "Sam", role: "SUPPORT" });
});
afterAll(() => console_.close());
beforeEach(() => console_.sql(`TRUNCATE "CallCount", "AuthRateLimit"`));

describe("an address below /api that there is not", () => {
  it("answers a stranger like every other, and says to others that it is none", async () => {
    const { headers } = await addKey(console_.ctx, "SUPPORT");
    for (const path of ["/api/nothing", "/api/admin", "/api/admin/nothing/here", "/api/admin/legacy/nothing/here"]) {
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
        expect((await call(console_, path, { method })).status, `${method} ${path}`).toBe(401);
      }
      const known = await call(console_, path, { headers });
      expect(known).toMatchObject({ status: 404, body: { ok: false, error: { code: "not_found" } } });
    }
  });
});

describe("what the API's answers carry", () => {
  it.each([SUMMARY, "/api/health", "/api/auth/platform/get-session", "/api/nothing"])("%s", async (path) => {
    const { headers } = await call(console_, path);
    expect(headers.get("content-security-policy")).toBe(
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
    );
    expect(headers.get("strict-transport-security")).toBe("max-age=63072000");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("access-control-allow-origin")).toBeNull();
    expect(headers.get("content-type")).toContain("application/json");
    expect(headers.get("cache-control")).toBe("no-store");
  });
});

describe("limits", () => {
  /** As if that many calls had been made in this minute, and in the next one, should it begin meanwhile. */
  const hasCalled = (key: string, calls: number) =>
    console_.sql(
      `INSERT INTO "CallCount" SELECT $1, date_trunc('minute', now()) + i * interval '1 minute', $2
         FROM generate_series(0, 1) i ON CONFLICT ("key", "windowStart") DO UPDATE SET "calls" = $2`,
      [key, calls],
    );

  it("strangers have 60 calls a minute from one place, and those who are known have their own", async () => {
    const from = (address: string) => ({
      "X-Forwarded-For": `10.9.9.9, ${address}`,
      "X-Livedash-Client-Ip": "192.0.2.1",
    });
    await hasCalled("stranger/198.51.100.7", 59);
    expect((await call(console_, SUMMARY, { headers: from("198.51.100.7") })).status).toBe(401);
    await hasCalled("stranger/198.51.100.7", 60);
    // Neither a port nor what a client claims itself makes another place of it.
    for (const address of ["198.51.100.7", "198.51.100.7:4711", "::ffff:198.51.100.7", "[::ffff:c633:6407]:80"]) {
      const refused = await call(console_, SUMMARY, { headers: from(address) });
      expect(refused).toMatchObject({ status: 429, body: { error: { code: "too_many_calls" } } });
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    }
    expect((await call(console_, SUMMARY, { headers: from("198.51.100.8") })).status).toBe(401);
    const key = await addKey(console_.ctx, "SUPPORT");
    expect((await call(console_, SUMMARY, { headers: { ...key.headers, ...from("198.51.100.7") } })).status).toBe(200);
  });

  it("a key has 600 calls a minute", async () => {
    const { id, headers } = await addKey(console_.ctx, "SUPPORT");
    await hasCalled(`key/${id}`, 599);
    expect((await call(console_, SUMMARY, { headers })).status).toBe(200);
    await hasCalled(`key/${id}`, 600);
    expect((await call(console_, SUMMARY, { headers })).status).toBe(429);
  });

  it("headers of more than 16 kB are refused", async () => {
    const socket = connect(console_.server.port, "127.0.0.1");
    socket.write(`GET ${SUMMARY}?${"x".repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it("headers that do not come to an end are not waited for", async () => {
    const socket = connect(console_.server.port, "127.0.0.1");
    socket.write(`GET ${SUMMARY} HTTP/1.1\r\nHost: localhost\r\n`);
    const [answer] = await once(socket, "data");
    expect(String(answer)).toMatch(/^HTTP\/1\.1 408 /);
    socket.destroy();
  });

  it("a body that does not come to an end is not waited for", async () => {
    const impatient: Clock = { now: () => new Date(), sleep: async () => {} };
    const body = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from("{")) });
    const request = new Request("http://localhost/", { method: "POST", body, ...{ duplex: "half" } });
    await expect(readJson(request, impatient, 1_000)).rejects.toMatchObject({ code: "body_too_slow", status: 408 });
  });
});

it("a session's calls come from the public address alone", async () => {
  const cookies = await signIn(console_.server.url, "platform", "sam@example.com", PUBLIC_URL);
  const statusFrom = async (Origin: string) =>
    (await call(console_, "/api/nothing", { method: "POST", headers: { ...cookies, Origin } })).status;
  expect(await statusFrom(PUBLIC_URL)).toBe(404);
  expect(await statusFrom(console_.server.url)).toBe(403);
  expect(await statusFrom("http://livedash.example.com")).toBe(403);
});
