import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  COMPANY_PERMISSIONS,
  type CompanyPermission,
  PLATFORM_PERMISSIONS,
  type PlatformPermission,
} from "../../lib/auth/permissions.ts";
import { CompanyRole, PlatformRole } from "../../lib/db/enums.ts";
import { type CallHeaders, type EndpointBench, openEndpointBench } from "./endpointBench.ts";
import { DESCRIPTION, ENDPOINTS, type Endpoint } from "./endpoints.ts";
import { call } from "./support.ts";

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

let bench: EndpointBench;
beforeAll(async () => {
  bench = await openEndpointBench();
});
afterAll(() => bench?.console_.close());
beforeEach(() => bench.forgetCalls());

/** Those who may call the endpoint and those who may not, by the table; and those of the other realm, who are nobody here. */
function callers(endpoint: Endpoint): { known: [string, CallHeaders, boolean][]; unknown: [string, CallHeaders][] } {
  const byKey = Object.values(PlatformRole).map((role) => [role, bench.keys[role]] as const);
  const bySession = Object.values(CompanyRole).map((role) => [role, bench.readers[role]] as const);
  if (endpoint.realm === "platform") {
    const roles: readonly string[] = PLATFORM_PERMISSIONS[endpoint.permission as PlatformPermission];
    return {
      known: [
        ...byKey.map(([role, headers]): [string, CallHeaders, boolean] => [
          `key of ${role}`,
          headers,
          roles.includes(role),
        ]),
        ["session of SUPER_ADMIN", bench.staff, roles.includes("SUPER_ADMIN")],
      ],
      unknown: bySession.map(([role, headers]) => [`company's ${role}`, headers]),
    };
  }
  const roles: readonly string[] = COMPANY_PERMISSIONS[endpoint.permission as CompanyPermission];
  return {
    known: bySession.map(([role, headers]): [string, CallHeaders, boolean] => [role, headers, roles.includes(role)]),
    unknown: [
      ...byKey.map(([role, headers]): [string, CallHeaders] => [`key of ${role}`, headers]),
      ["session", bench.staff],
    ],
  };
}

it("describes over HTTP what is tested here", async () => {
  const { status, body } = await call(bench.console_, "/api/admin/openapi.json");
  expect(status).toBe(200);
  expect(body).toEqual(DESCRIPTION);
  expect(ENDPOINTS.length).toBeGreaterThan(10);
});

describe.each(ENDPOINTS.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const))(
  "%s",
  (_, endpoint) => {
    it("is closed to strangers and to the other realm", async () => {
      expect((await bench.ask(endpoint, {})).status).toBe(401);
      for (const [who, headers] of callers(endpoint).unknown) {
        expect((await bench.ask(endpoint, headers)).status, who).toBe(401);
      }
    });

    it("is open to the roles that the table names, records whom it refuses, and answers as described", async () => {
      const statuses = [];
      for (const [who, headers, allowed] of callers(endpoint).known) {
        const { status, body } = await bench.ask(endpoint, headers);
        if (!allowed) {
          expect({ who, status, code: body?.error?.code }).toEqual({ who, status: 403, code: "forbidden" });
          const { rows } = await bench.console_.database.pool.query(
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
        const missing = await bench.ask(endpoint, bench.entitled(endpoint), { path: { [name]: "nowhere" } });
        expect(missing.status).toBe("enum" in schema ? 400 : 404);
        for (const id of endpoint.realm === "company" ? FOREIGN_IDS : []) {
          const foreign = await bench.ask(endpoint, bench.entitled(endpoint), { path: { [name]: id } });
          const error = { ...missing.body.error, requestId: expect.any(String) };
          expect(foreign).toEqual({ status: 404, body: { ok: false, error } });
        }
        for (const text of ["%00", "a%2Fb", "a'b", "x".repeat(200)]) {
          expect((await bench.ask(endpoint, bench.entitled(endpoint), { path: { [name]: text } })).status, text).toBe(
            400,
          );
        }
      }
    });

    it("takes a session's word from our own pages alone", async () => {
      if (endpoint.method === "GET") return;
      const session = endpoint.realm === "platform" ? bench.staff : bench.readers.ADMIN;
      for (const from of [
        { "Sec-Fetch-Site": "cross-site" },
        { "Sec-Fetch-Site": "same-site" },
        { Origin: "https://evil.example" },
      ]) {
        const { status, body } = await bench.ask(endpoint, { ...session, ...from });
        expect({ from, status, code: body.error.code }).toEqual({ from, status: 403, code: "foreign_origin" });
      }
    });
  },
);
