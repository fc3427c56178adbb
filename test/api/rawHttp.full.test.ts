import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { consoleBuildFolder } from "../../web/buildConsole.ts";
import { addKey, addUser, signIn } from "../support/people.ts";
import { exchange } from "../support/rawSocket.ts";
import { startTestConsole, type TestConsole } from "../web/support.ts";
import { ENDPOINTS } from "./endpoints.ts";
import { METHODS, ODD_HEADERS, ODD_REQUESTS, ODD_SEGMENTS, ODD_TARGETS } from "./oddRequests.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const AT_ONCE = 8;
/** Each of these was answered with a 500 somewhere: they are tried everywhere, the others at one address of each kind. */
const WORST_SEGMENTS = ["%", "%ff", "%00", "..%2f"];
const WORST_HEADERS = ["Range: bytes=5-2", "RSC: 1\r\nNext-Router-State-Tree: %", "Cookie: a=%ff"];
const SEED = 20261126;

let console_: TestConsole;
/** Header lines of nobody, and of somebody who may do most: for the API's two sides, and for the pages of both realms. */
let callers: Record<"nobody" | "key" | "operator" | "company", string>;
/** Every page, route and a static file, by an address that names it. */
let addresses: string[];
/** One of each kind. */
let kinds: string[];

beforeAll(async () => {
  // What leaves a connection open is closed soon.
  const limits = { headersMs: 1_000, idleMs: 500, bodyMs: 1_000, lingerMs: 200, checkMs: 100 };
  console_ = await startTestConsole({ env: { TWO_FACTOR_REQUIRED: "false" }, limits });
  const { ctx, server, database } = console_;
  await database.rows.company({ id: "acme", name: "Acme" });
  await addUser(ctx, { realm: "platform", email: "op@example.com", name: "Op", role: "ADMIN" });
  await addUser(ctx, { realm: "company", email: "co@example.com", name: "Co", role: "ADMIN", companyId: "acme" });
  const { headers } = await addKey(ctx, "SUPER_ADMIN");
  callers = {
    nobody: "",
    key: `Authorization: ${headers.Authorization}\r\n`,
    operator: `Cookie: ${(await signIn(server.url, "platform", "op@example.com")).Cookie}\r\n`,
    company: `Cookie: ${(await signIn(server.url, "company", "co@example.com")).Cookie}\r\n`,
  };
  const routes = ENDPOINTS.map(({ path }) => path.replaceAll(/\{\w+\}/g, "x1"));
  addresses = [
    ...new Set([...routes, ...(await pages()), "/api/health", "/api/ready", "/icon.svg", await staticFile()]),
  ];
  kinds = [
    "/api/admin/legacy/requests",
    "/api/admin/batches/x1",
    "/api/company/sessions",
    "/api/auth/platform/get-session",
    "/platform/requests",
    "/platform/requests/x1",
    "/dashboard/sessions/x1",
    "/sign-in",
    "/icon.svg",
    await staticFile(),
  ];
  // So many calls are no matter here.
  await console_.sql(
    `CREATE FUNCTION uncounted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW."calls" := 1; RETURN NEW; END';
     CREATE TRIGGER uncounted BEFORE INSERT OR UPDATE ON "CallCount" FOR EACH ROW EXECUTE FUNCTION uncounted()`,
  );
});
afterAll(() => console_.close());

async function pages(): Promise<string[]> {
  const found = await readdir(join(ROOT, "app"), { recursive: true });
  return found
    .filter((file) => /(^|\/)page\.tsx$/.test(file))
    .map((file) => file.replace(/\/?page\.tsx$/, "").replaceAll(/\/?\([^)]+\)/g, ""))
    .map((path) => `/${path.replaceAll(/\[\w+\]/g, "x1")}`);
}

async function staticFile(): Promise<string> {
  const folder = join(ROOT, await consoleBuildFolder(), "static");
  const found = await readdir(folder, { recursive: true });
  return `/_next/static/${found.find((file) => file.endsWith(".js")) ?? expect.fail("no script is built")}`;
}

interface Probe {
  method?: string;
  target: string;
  as?: keyof typeof callers;
  header?: string;
}

function callerFor(target: string): keyof typeof callers {
  if (target.startsWith("/api/company") || target.startsWith("/dashboard")) return "company";
  return target.startsWith("/api") ? "key" : "operator";
}

/** Sends them all, and names those that were answered by a fault of ours, or not at all. */
async function faultsOf(probes: readonly Probe[]): Promise<string[]> {
  const faults: string[] = [];
  const queue = probes.values();
  const work = async () => {
    for (const { method = "GET", target, as = callerFor(target), header = "X: y" } of queue) {
      const lines = `Host: localhost\r\nConnection: close\r\n${callers[as]}${header}\r\n`;
      const { status, leftOpen } = await exchange(console_.server.port, `${method} ${target} HTTP/1.1\r\n${lines}\r\n`);
      if (!leftOpen && !isOurs(status, target)) continue;
      const answer = leftOpen ? "left open" : String(status);
      faults.push(`${answer}: ${method} ${JSON.stringify(target)} as ${as}, ${JSON.stringify(header)}`.slice(0, 300));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return faults.sort();
}

/** Without a provider, `ready` is right to say 503; nothing else is. */
function isOurs(status: number | undefined, target: string): boolean {
  return status === undefined || (status >= 500 && !(status === 503 && /^\/api\/ready(\?|$)/.test(target)));
}

describe("whatever a request holds, it is answered, and not with a fault of ours", () => {
  it("odd addresses", async () => {
    const below = (address: string, odds: readonly string[]): Probe[] =>
      odds.flatMap((odd) => [
        { target: `${address}${odd}` },
        { target: `${address}/${odd}` },
        ...(address.includes("x1") ? [{ target: address.replace("x1", odd) }] : []),
      ]);
    const probes = [
      ...kinds.flatMap((address) => below(address, ODD_SEGMENTS)),
      ...addresses.flatMap((address) => below(address, WORST_SEGMENTS)),
      ...ODD_TARGETS.flatMap((target): Probe[] => [{ target }, { target, as: "nobody" }]),
    ];
    expect(await faultsOf(probes)).toEqual([]);
  });

  it("odd methods", async () => {
    const probes = [
      ...[...kinds, ...ODD_TARGETS].flatMap((target) => METHODS.map((method) => ({ method, target }))),
      ...addresses.flatMap((target) => ["TRACE", "PUT", "OPTIONS", "HEAD"].map((method) => ({ method, target }))),
    ];
    expect(await faultsOf(probes)).toEqual([]);
  });

  it("odd headers", async () => {
    const probes = [
      ...kinds.flatMap((target) => ODD_HEADERS.map((header) => ({ target, header }))),
      ...addresses.flatMap((target) => WORST_HEADERS.map((header) => ({ target, header }))),
    ];
    expect(await faultsOf(probes)).toEqual([]);
  });

  it("what is hardly HTTP: lengths that differ, old versions, several at once, no end", async () => {
    const faults: string[] = [];
    for (const [name, bytes] of Object.entries(ODD_REQUESTS)) {
      const { text, leftOpen } = await exchange(console_.server.port, bytes);
      const statuses = [...text.matchAll(/HTTP\/1\.\d (\d{3}) /g)].map(([, status]) => Number(status));
      if (leftOpen) faults.push(`${name}: left open`);
      else if (statuses.length === 0 || statuses.some((status) => isOurs(status, name)))
        faults.push(`${name}: ${statuses}`);
    }
    expect(faults).toEqual([]);
  });

  it("bytes by chance: each connection is closed, and none of them with a fault of ours", async () => {
    const text = fc.string({ unit: "binary", maxLength: 40 });
    const line = fc.tuple(
      fc.constantFrom(...METHODS, "", "G", "GET\t"),
      fc.constantFrom("/", "*", "/api/", "http://"),
      text,
    );
    const header = fc.tuple(fc.constantFrom("Host", "Content-Length", "Transfer-Encoding", "Cookie", "X", ""), text);
    const requests = fc.sample(fc.tuple(line, fc.array(header, { maxLength: 4 }), text), { numRuns: 400, seed: SEED });
    const faults: unknown[] = [];
    const queue = requests.values();
    const work = async () => {
      for (const [[method, start, rest], headers, body] of queue) {
        const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
        const bytes = Buffer.from(`${method} ${start}${rest} HTTP/1.1\r\nHost: localhost\r\n${head}\r\n${body}`);
        const { text, leftOpen } = await exchange(console_.server.port, bytes);
        if (leftOpen || /^HTTP\/1\.\d 5/m.test(text)) faults.push({ leftOpen, bytes: bytes.toString("latin1") });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    expect(faults).toEqual([]);
  });
});

describe("what is no path of ours", () => {
  const ask = (method: string, target: string, header = "X: y") =>
    exchange(
      console_.server.port,
      `${method} ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${callers.key}${header}\r\n\r\n`,
    );

  it.each([
    ["GET", "/api/admin/legacy/requests/%ff", 400, '"code":"invalid_input"'],
    ["GET", "/platform/requests/%00", 400, "percent-encoded"],
    ["TRACE", "/api/admin/legacy/requests", 405, '"code":"method_not_allowed"'],
    ["PROPFIND", "/", 405, "Allow: GET, HEAD"],
    ["POST", "/_next/static/x.js", 405, "Allow: GET, HEAD"],
    ["OPTIONS", "*", 204, "Allow: GET, HEAD"],
    ["GET", "*", 400, "not valid"],
    ["CONNECT", "evil.example:443", 405, ""],
    ["GET", "http://evil.example/", 421, "localhost"],
    ["GET", "http://localhost/api/admin/legacy/summary", 200, '"ok":true'],
    ["GET", "/api/\xc3\xbc", 400, ""],
    ["GET", "/api/%c3%bc", 404, '"code":"not_found"'],
  ])("%s %s answers %i", async (method, target, status, part) => {
    const answer = await ask(method, target);
    expect(answer).toMatchObject({ status, leftOpen: false });
    expect(answer.text).toContain(part);
  });

  it("a second Host is refused, and so is none", async () => {
    expect((await ask("GET", "/api/health", "Host: localhost")).status).toBe(400);
    expect((await exchange(console_.server.port, "GET /api/health HTTP/1.1\r\n\r\n")).status).toBe(400);
  });

  it("HEAD of a stream takes no place in it", async () => {
    const events = "/api/admin/pipeline/events";
    for (let call = 0; call < 210; call++) expect((await ask("HEAD", events)).status).toBe(200);
  });
});
