import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addKey, addUser, signIn } from "../support/people.ts";
import { ENDPOINTS, exampleCall } from "./endpoints.ts";
import { insertExamples } from "./examples.ts";
import { startTestConsole, type TestConsole } from "./support.ts";

const NOW = "/api/admin/";
const BEFORE = "/api/admin/legacy/";
const before = (path: string) => path.replace(NOW, BEFORE);
const ADMIN = ENDPOINTS.filter(({ path }) => path.startsWith(NOW));
const MOVED = ADMIN.filter(({ path }) => !path.startsWith(BEFORE));

let console_: TestConsole;
let headers: Record<string, string>;
let cookies: Record<string, string>;
let companyCookies: Record<string, string>;
beforeAll(async () => {
  console_ = await startTestConsole();
  await insertExamples(console_);
  headers = (await addKey(console_.ctx, "SUPER_ADMIN")).headers;
  const url = console_.server.url;
  await addUser(console_.ctx, { realm: "platform", email: "sam@example.com", name: "Sam", role: "SUPPORT" });
  await addUser(console_.ctx, {
    realm: "company",
    email: "kim@example.com",
    name: "Kim",
    role: "ADMIN",
    companyId: "c1",
  });
  cookies = await signIn(url, "platform", "sam@example.com");
  companyCookies = await signIn(url, "company", "kim@example.com");
});
afterAll(() => console_.close());
beforeEach(() => console_.sql(`TRUNCATE "CallCount"`));

/** A call that is not sent on by itself. */
async function ask(path: string, init: RequestInit = {}) {
  const reply = await fetch(console_.server.url + path, { redirect: "manual", headers, ...init });
  return {
    status: reply.status,
    location: reply.headers.get("location"),
    headers: reply.headers,
    text: await reply.text(),
  };
}

it("is only what concerns data from CSV that stays below legacy/", () => {
  const kept = ADMIN.filter((endpoint) => !MOVED.includes(endpoint)).map(({ path }) => path.slice(BEFORE.length));
  expect(new Set(kept.map((rest) => rest.split("/", 1)[0]))).toEqual(new Set(["summary", "requests", "imports"]));
  expect(MOVED.length).toBeGreaterThan(40);
});

it.each(MOVED.map((endpoint) => [`${endpoint.method} ${before(endpoint.path)}`, endpoint] as const))(
  "%s leads to its new address, with its query, and is as closed to strangers",
  async (_, endpoint) => {
    const { path, init } = exampleCall(endpoint);
    const answer = await ask(before(path), { ...init, headers: { ...init.headers, ...headers } });
    expect(answer).toMatchObject({ status: 308, location: path, text: "" });
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const stranger = await ask(before(path), { headers: {}, ...init });
    expect(stranger.status).toBe(401);
  },
);

describe("an address of before", () => {
  it("is followed by fetch with its body and its key", async () => {
    const body = JSON.stringify({ currency: "SEK", eurPerUnit: "0.09" });
    const init = { method: "POST", body, headers: { ...headers, "Content-Type": "application/json" } };
    const reply = await fetch(`${console_.server.url}${BEFORE}exchange-rates`, init);
    expect(reply).toMatchObject({ status: 200, url: `${console_.server.url}${NOW}exchange-rates` });
    expect(await reply.json()).toMatchObject({ ok: true, exchangeRate: { currency: "SEK" } });
  });

  it("leads to streams and downloads too", async () => {
    const leave = new AbortController();
    const stream = await fetch(`${console_.server.url}${BEFORE}pipeline/events`, { headers, signal: leave.signal });
    expect([stream.status, stream.url]).toEqual([200, `${console_.server.url}${NOW}pipeline/events`]);
    expect(stream.headers.get("content-type")).toMatch(/^text\/event-stream/);
    leave.abort();
    const list = await fetch(`${console_.server.url}${BEFORE}export?format=csv&list=batches`, { headers });
    expect([list.status, new URL(list.url).pathname]).toEqual([200, `${NOW}export`]);
    expect(await list.text()).toContain("openaiBatchId");
  });

  it("says the same of ids that exist and of ids that do not", async () => {
    for (const id of ["b1", "missing", "a%2Fb", "%C3%A9"]) {
      const asked = `batches/${id}?reveal=${id}`;
      expect(await ask(BEFORE + asked)).toMatchObject({ status: 308, location: NOW + asked });
    }
  });

  it("never leads to another site", async () => {
    const rests = ["/evil.example", "\\evil.example", "//evil.example/%2e%2e", "%2F%2Fevil.example", "..%2f..%2fevil"];
    for (const rest of rests) {
      const { status, location } = await ask(BEFORE + rest);
      // Slashes in a row become one, before anything is asked.
      if (status === 308) expect(location, rest).toMatch(/^\/api\/admin\/\w/);
      else expect([status, location], rest).toEqual([404, null]);
    }
    const { location } = await ask(`${BEFORE}batches/%0d%0aLocation:%20https:%2f%2fevil.example`);
    expect(location).toBe(`${NOW}batches/%0d%0aLocation:%20https:%2f%2fevil.example`);
  });

  it("is nothing where no operation was, or none of that method", async () => {
    const asked = ["nothing", "batches/b1/nothing", "openapi.json"];
    for (const rest of asked) expect((await ask(BEFORE + rest)).status, rest).toBe(404);
    expect((await ask(`${BEFORE}batches`, { method: "DELETE" })).status).toBe(404);
    expect((await ask(`${BEFORE}batches`, { method: "HEAD" })).status).toBe(308);
  });

  it("does not send on a call that another site has made a browser send", async () => {
    const init = { method: "POST", headers: { ...cookies, Origin: "https://evil.example" } };
    expect((await ask(`${BEFORE}spending/stop`, init)).status).toBe(403);
    const known = await ask(`${BEFORE}batches`, { headers: cookies });
    expect(known.status).toBe(308);
    const company = await ask(`${BEFORE}batches`, { headers: companyCookies });
    expect(company.status).toBe(401);
  });

  it("counts as a call, and is refused when there have been too many", async () => {
    const other = await addKey(console_.ctx, "SUPPORT");
    await console_.sql(
      `INSERT INTO "CallCount" SELECT $1, date_trunc('minute', now()) + i * interval '1 minute', 600 FROM generate_series(0, 1) i`,
      [`key/${other.id}`],
    );
    expect((await ask(`${BEFORE}batches`, { headers: other.headers })).status).toBe(429);
  });
});
