import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  COMPANY_PERMISSIONS,
  type CompanyPermission,
  PLATFORM_PERMISSIONS,
  type PlatformPermission,
} from "../../lib/auth/permissions.ts";
import { CompanyRole, PlatformRole } from "../../lib/db/enums.ts";
import { addKey, addUser, signIn } from "../support/people.ts";
import {
  type Change,
  DESCRIPTION,
  ENDPOINTS,
  type Endpoint,
  exampleCall,
  takesAnyText,
  wrongValues,
} from "./endpoints.ts";
import { COMPANY, insertExamples } from "./examples.ts";
import { call, startTestConsole, type TestConsole } from "./support.ts";

type Headers_ = Record<string, string>;
/** What answers 409 to its example, since the row that it names is over and done with. */
const CONFLICTS: ReadonlySet<string> = new Set([
  "abortExport",
  "abortSessionsExport",
  "cancelBatch",
  "importNow",
  "readExportFile",
  "readSessionsExportFile",
  "removeProviderAccount",
]);
/** Rows of another company (examples.ts), of every kind that has an address of its own. */
const FOREIGN_IDS = ["foreign_session", "foreign_question", "foreign_user", "foreign_export"];
const TOO_LARGE = 1_000_001;

let console_: TestConsole;
let keys: Record<PlatformRole, Headers_>;
let staff: Headers_;
let readers: Record<CompanyRole, Headers_>;

beforeAll(async () => {
  console_ = await startTestConsole();
  const { ctx, server } = console_;
  await insertExamples(console_);
  const keyOf = async (role: PlatformRole) => (await addKey(ctx, role)).headers;
  keys = { SUPER_ADMIN: await keyOf("SUPER_ADMIN"), ADMIN: await keyOf("ADMIN"), SUPPORT: await keyOf("SUPPORT") };
  await addUser(ctx, { realm: "platform", email: "boss@example.com", name: "Boss", role: "SUPER_ADMIN" });
  staff = await signIn(server.url, "platform", "boss@example.com");
  const readerOf = async (role: CompanyRole) => {
    const email = `${role.toLowerCase()}@example.com`;
    await addUser(ctx, { realm: "company", email, name: role, role, companyId: COMPANY });
    return signIn(server.url, "company", email);
  };
  readers = { ADMIN: await readerOf("ADMIN"), USER: await readerOf("USER"), AUDITOR: await readerOf("AUDITOR") };
  // Users and keys are changed only by who has just confirmed that it is them: for as long as these tests may take.
  for (const table of ["PlatformSession", "UserSession"])
    await console_.sql(`UPDATE "${table}" SET "confirmedAt" = now() + interval '1 day'`);
});
afterAll(() => console_.close());
beforeEach(() => console_.sql(`TRUNCATE "CallCount"`));

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: its shape is asserted against the description
  body: any;
}

async function ask(endpoint: Endpoint, headers: Headers_, change: Change = {}): Promise<Answer> {
  const { path, init } = exampleCall(endpoint, change);
  const leave = new AbortController();
  const reply = await fetch(console_.server.url + path, {
    ...init,
    headers: { ...init.headers, ...headers },
    signal: leave.signal,
  });
  if (reply.status === 200 && !endpoint.answer) {
    // A download may go on for ever.
    leave.abort();
    return { status: 200, body: undefined };
  }
  const text = await reply.text();
  expect(reply.headers.get("content-type"), text.slice(0, 200)).toContain("application/json");
  const body = JSON.parse(text);
  if (reply.status >= 300) {
    expect(body).toEqual({
      ok: false,
      error: { code: expect.stringMatching(/^[a-z_]+$/), message: expect.any(String), requestId: expect.any(String) },
    });
    expect(text).not.toMatch(/\.ts:|\.m?js:|node_modules|\bSELECT\b|\bINSERT\b|syntax error|violates|at Object/);
  }
  return { status: reply.status, body };
}

/** Those who may call the endpoint and those who may not, by the table; and those of the other realm, who are nobody here. */
function callers(endpoint: Endpoint): { known: [string, Headers_, boolean][]; unknown: [string, Headers_][] } {
  const byKey = Object.values(PlatformRole).map((role) => [role, keys[role]] as const);
  const bySession = Object.values(CompanyRole).map((role) => [role, readers[role]] as const);
  if (endpoint.realm === "platform") {
    const roles: readonly string[] = PLATFORM_PERMISSIONS[endpoint.permission as PlatformPermission];
    return {
      known: [
        ...byKey.map(([role, headers]): [string, Headers_, boolean] => [
          `key of ${role}`,
          headers,
          roles.includes(role),
        ]),
        ["session of SUPER_ADMIN", staff, roles.includes("SUPER_ADMIN")],
      ],
      unknown: bySession.map(([role, headers]) => [`company's ${role}`, headers]),
    };
  }
  const roles: readonly string[] = COMPANY_PERMISSIONS[endpoint.permission as CompanyPermission];
  return {
    known: bySession.map(([role, headers]): [string, Headers_, boolean] => [role, headers, roles.includes(role)]),
    unknown: [...byKey.map(([role, headers]): [string, Headers_] => [`key of ${role}`, headers]), ["session", staff]],
  };
}

/** Somebody who may call it. */
function entitled(endpoint: Endpoint): Headers_ {
  return endpoint.realm === "platform" ? keys.SUPER_ADMIN : readers.ADMIN;
}

it("describes over HTTP what is tested here", async () => {
  const { status, body } = await call(console_, "/api/admin/openapi.json");
  expect(status).toBe(200);
  expect(body).toEqual(DESCRIPTION);
  expect(ENDPOINTS.length).toBeGreaterThan(10);
});

describe.each(ENDPOINTS.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const))(
  "%s",
  (_, endpoint) => {
    it("is closed to strangers and to the other realm", async () => {
      expect((await ask(endpoint, {})).status).toBe(401);
      for (const [who, headers] of callers(endpoint).unknown) {
        expect((await ask(endpoint, headers)).status, who).toBe(401);
      }
    });

    it("is open to the roles that the table names, records whom it refuses, and answers as described", async () => {
      const statuses = [];
      for (const [who, headers, allowed] of callers(endpoint).known) {
        const { status, body } = await ask(endpoint, headers);
        if (!allowed) {
          expect({ who, status, code: body?.error?.code }).toEqual({ who, status: 403, code: "forbidden" });
          const { rows } = await console_.database.pool.query(
            `SELECT "action", "details"->>'permission' AS "permission" FROM "SecurityAuditLog" WHERE "requestId" = $1 AND "outcome" = 'denied'`,
            [body.error.requestId],
          );
          expect(rows).toEqual([{ action: endpoint.operationId, permission: endpoint.permission }]);
          continue;
        }
        expect([200, 202, 409], `${who}: ${JSON.stringify(body)}`).toContain(status);
        if (status < 300 && endpoint.answer) z.fromJSONSchema(endpoint.answer).parse(body);
        statuses.push(status);
      }
      expect(statuses).toContain(CONFLICTS.has(endpoint.operationId) ? 409 : endpoint.status);
    });

    it("answers the same for what is not there and for what is somebody else's", async () => {
      const inPath = endpoint.parameters.filter((parameter) => parameter.in === "path");
      for (const { name, schema } of inPath) {
        const missing = await ask(endpoint, entitled(endpoint), { path: { [name]: "nowhere" } });
        expect(missing.status).toBe("enum" in schema ? 400 : 404);
        for (const id of endpoint.realm === "company" ? FOREIGN_IDS : []) {
          const foreign = await ask(endpoint, entitled(endpoint), { path: { [name]: id } });
          const error = { ...missing.body.error, requestId: expect.any(String) };
          expect(foreign).toEqual({ status: 404, body: { ok: false, error } });
        }
        for (const text of ["%00", "a%2Fb", "a'b", "x".repeat(200)]) {
          expect((await ask(endpoint, entitled(endpoint), { path: { [name]: text } })).status, text).toBe(400);
        }
      }
    });

    it("takes no field that it does not know, and none twice", async () => {
      const refuses = async (change: Change) => {
        const { status, body } = await ask(endpoint, entitled(endpoint), change);
        expect({ change, status, code: body?.error?.code }).toEqual({ change, status: 400, code: "invalid_input" });
      };
      await refuses({ query: "surely_unknown=1" });
      await refuses({ query: "twice=1&twice=1" });
      if (!endpoint.body) return;
      await refuses({ body: { surely_unknown: 1 } });
      await refuses({
        rawBody: JSON.stringify(endpoint.body.example).replace(/^\{/, '{"__proto__":{"a":1},').replace(",}", "}"),
      });
      for (const rawBody of ["{", "[]", "null", '"text"', "1"]) await refuses({ rawBody });
    });

    it("takes no value of another type, nor beyond its limits", async () => {
      const refuses = async (change: Change) => {
        const { status, body } = await ask(endpoint, entitled(endpoint), change);
        expect({ change, status, body }).toMatchObject({ status: 400 });
        expect(body.error.code).toMatch(/^invalid_/);
      };
      for (const { name, schema, ...parameter } of endpoint.parameters) {
        if (parameter.in !== "query") continue;
        const { overLimit } = wrongValues(schema);
        if (!takesAnyText(schema)) await refuses({ parameters: { [name]: "\u0001 no such value" } });
        if (overLimit !== undefined) await refuses({ parameters: { [name]: String(overLimit) } });
      }
      for (const [name, schema] of Object.entries(endpoint.body?.fields ?? {})) {
        const { wrongType, overLimit } = wrongValues(schema);
        await refuses({ body: { [name]: wrongType } });
        if (overLimit !== undefined) await refuses({ body: { [name]: overLimit } });
      }
    });

    it("takes no body of another type, nor a larger one", async () => {
      if (endpoint.method === "GET") return;
      const other = endpoint.bodyType ? "application/json" : "text/plain";
      expect((await ask(endpoint, entitled(endpoint), { type: other })).status).toBe(415);
      expect((await ask(endpoint, entitled(endpoint), { type: "multipart/form-data; boundary=x" })).status).toBe(415);
      if (endpoint.bodyType) return;
      const rawBody = `{"reason":"${"x".repeat(TOO_LARGE)}"}`;
      expect((await ask(endpoint, entitled(endpoint), { rawBody })).status).toBe(413);
    });

    it("takes a session's word from our own pages alone", async () => {
      if (endpoint.method === "GET") return;
      const session = endpoint.realm === "platform" ? staff : readers.ADMIN;
      for (const from of [
        { "Sec-Fetch-Site": "cross-site" },
        { "Sec-Fetch-Site": "same-site" },
        { Origin: "https://evil.example" },
      ]) {
        const { status, body } = await ask(endpoint, { ...session, ...from });
        expect({ from, status, code: body.error.code }).toEqual({ from, status: 403, code: "foreign_origin" });
      }
    });
  },
);
