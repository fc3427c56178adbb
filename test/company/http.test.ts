import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { OPERATIONS } from "../../lib/operations.ts";
import { call, startTestConsole, type TestConsole } from "../api/support.ts";
import { addKey, addUser, signIn } from "../support/people.ts";
import { fillCompanies } from "./support.ts";

type Headers = Record<string, string>;
const ROLES = ["ADMIN", "USER", "AUDITOR"] as const;
const COMPANY_OPERATIONS = OPERATIONS.filter(({ path }) => path.startsWith("/api/company/"));

let console_: TestConsole;
const of: Record<string, Headers> = {};
beforeAll(async () => {
  console_ = await startTestConsole();
  await fillCompanies(console_.ctx);
  for (const role of ROLES) {
    await addUser(console_.ctx, {
      realm: "company",
      companyId: "acme",
      email: `${role}@acme.example`,
      name: role,
      role,
    });
    of[role] = await signIn(console_.server.url, "company", `${role.toLowerCase()}@acme.example`);
  }
  await addUser(console_.ctx, {
    realm: "company",
    companyId: "bolt",
    email: "b@bolt.example",
    name: "B",
    role: "ADMIN",
  });
  of.bolt = await signIn(console_.server.url, "company", "b@bolt.example");
  await addUser(console_.ctx, { realm: "platform", email: "p@example.com", name: "P", role: "SUPER_ADMIN" });
  of.platform = await signIn(console_.server.url, "platform", "p@example.com");
  of.key = (await addKey(console_.ctx, "SUPER_ADMIN")).headers;
  const [admin] = (await console_.database.pool.query(`SELECT "id" FROM "User" WHERE "email" = 'admin@acme.example'`))
    .rows;
  await console_.database.rows.job({
    id: "exported",
    kind: "sessions-export",
    companyId: "acme",
    input: { companyId: "acme", filter: {}, fileId: "file", askedById: admin.id },
    state: "DONE",
    finishedAt: new Date(),
  });
  await console_.sql(
    `INSERT INTO "FilePart" ("fileId", "index", "companyId", "bytes") VALUES ('file', 0, 'acme', 'x')`,
  );
});
// Every refused call counts for the address that all of them come from.
beforeEach(() => console_.sql(`TRUNCATE "CallCount"`));
afterAll(() => console_?.close());

const get = (path: string, who: string) => call(console_, path, { headers: of[who] ?? {} });
const pathOf = (path: string) =>
  path.replace("{id}", path.includes("questions") ? "aq1" : path.includes("exports") ? "exported" : "a14");

describe("the company's API", () => {
  it("has operations", () => expect(COMPANY_OPERATIONS.length).toBeGreaterThan(5));

  it.each(COMPANY_OPERATIONS.map(({ method, path, confirmed }) => [method, path, confirmed] as const))(
    "%s %s opens to the company's own session and to nothing else",
    async (method, path, confirmed) => {
      const reply = (headers: Headers) => call(console_, pathOf(path), { method, headers });
      expect((await reply({})).status).toBe(401);
      for (const who of ["platform", "key"]) expect((await reply(of[who] ?? {})).status).toBe(401);
      expect((await reply({ ...of.ADMIN, ...of.key })).status).toBe(401);
      const own = await reply(of.ADMIN ?? {});
      if (method === "GET") expect(own.status).toBe(200);
      else if (confirmed === "not needed") expect([202, 400, 409]).toContain(own.status);
      // What changes users asks its own company's admin once more who they are.
      else expect(own).toMatchObject({ status: 403, body: { error: { code: "second_factor_needed" } } });
    },
  );

  it("keeps the company's session out of the platform's", async () => {
    for (const operation of OPERATIONS.filter(
      ({ path, method }) => path.startsWith("/api/admin/") && method === "GET",
    )) {
      expect((await get(operation.path.replaceAll(/\{\w+\}/g, "x"), "ADMIN")).status).toBe(401);
    }
  });

  it("answers a foreign session and a missing one byte for byte the same, but the request id", async () => {
    const texts: string[] = [];
    for (const id of ["b14", "missing", "a14x"]) {
      const { status, body, headers } = await get(`/api/company/sessions/${id}`, "USER");
      expect(status).toBe(404);
      expect(headers.get("x-request-id")).toBe(body.error.requestId);
      texts.push(JSON.stringify(body).replace(body.error.requestId, ""));
    }
    expect(new Set(texts).size).toBe(1);
    expect((await get("/api/company/sessions/b14", "bolt")).status).toBe(200);
  });

  it.each([
    ["me", "company", "id"],
    ["sessions?limit=200", "sessions", "0.id"],
    ["figures?from=2026-09-30&to=2026-12-31", "questions", "0.id"],
  ])("GET %s shows each company what is its own", async (path, field, at) => {
    const idOf = async (who: string) => {
      const { body } = await get(`/api/company/${path}`, who);
      return at.split(".").reduce((value, key) => value[key], body[field]);
    };
    expect((await idOf("ADMIN")).startsWith("a")).toBe(true);
    expect((await idOf("bolt")).startsWith("b")).toBe(true);
  });

  it("lets all roles read, and ADMIN and AUDITOR export", async () => {
    for (const role of ROLES) {
      for (const path of ["me", "figures", "figures/export", "sessions", "sessions/count", "sessions/a14"]) {
        expect((await get(`/api/company/${path}`, role)).status).toBe(200);
      }
      const { status, headers, body } = await get("/api/company/sessions/export?language=nl", role);
      expect({ role, status }).toEqual({ role, status: role === "USER" ? 403 : 200 });
      if (role === "USER") continue;
      expect(headers.get("content-type")).toBe("text/csv; charset=utf-8");
      expect(headers.get("content-disposition")).toMatch(/^attachment; filename="sessions-\d{4}-\d\d-\d\d\.csv"$/);
      expect(body.trim().split("\r\n").length).toBe(61);
    }
  });

  it("refuses a field that it does not know, such as another company", async () => {
    const paths = [
      "sessions",
      "sessions/count",
      "sessions/export",
      "sessions/a14/neighbours",
      "figures",
      "figures/export",
      "me",
    ];
    for (const path of paths) {
      const { status, body } = await get(`/api/company/${path}?companyId=bolt`, "ADMIN");
      expect(status).toBe(400);
      expect(body.error.message).toContain("companyId");
    }
  });

  it("sends who was disabled away", async () => {
    await addUser(console_.ctx, {
      realm: "company",
      companyId: "acme",
      email: "gone@acme.example",
      name: "G",
      role: "USER",
    });
    of.gone = await signIn(console_.server.url, "company", "gone@acme.example");
    expect((await get("/api/company/me", "gone")).status).toBe(200);
    await console_.sql(`UPDATE "User" SET "disabledAt" = now() WHERE "email" = 'gone@acme.example'`);
    expect((await get("/api/company/me", "gone")).status).toBe(401);
  });
});
