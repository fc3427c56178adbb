import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CompanyStatus } from "../../lib/db/enums.ts";
import {
  arrayOf,
  bigint,
  bool,
  bytes,
  double,
  int,
  json,
  known,
  nullable,
  oneOf,
  statement,
  text,
  timestamp,
} from "../../lib/db/statement.ts";
import { checkStatements } from "../../scripts/sql/checkStatements.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let client: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const status = oneOf("CompanyStatus", CompanyStatus);
type Declared = Parameters<typeof statement>[0];

describe("a statement that is what it is declared to be", () => {
  const FIND = statement({
    sql: `SELECT c."id", c."status", c."csvUrl", count(s."id") AS "sessions", ARRAY[c."name"] AS "names", c."roleWords"
            FROM "Company" c LEFT JOIN "Session" s ON s."companyId" = c."id"
           WHERE c."status" = ANY($1) AND ($2 OR c."createdAt" < $3) GROUP BY c."id" ORDER BY c."id"`,
    params: { statuses: arrayOf(status), isAny: bool, before: nullable(timestamp) },
    row: {
      id: known(text),
      status: known(status),
      csvUrl: nullable(text),
      sessions: known(bigint),
      names: known(arrayOf(text)),
      roleWords: nullable(json<object>()),
    },
  });

  it("passes", async () => {
    expect(await checkStatements(client, [FIND])).toEqual([]);
  });

  it("gives its one row, and says which statement had none that always has one", async () => {
    const COUNT = statement({ sql: `SELECT count(*)::int AS "count" FROM "Company"`, row: { count: known(int) } });
    expect(await COUNT.one(database.pool, {})).toEqual({ count: 0 });
    const NONE = statement({ sql: `SELECT "id" FROM "Company"`, row: { id: text } });
    await expect(NONE.one(database.pool, {})).rejects.toMatchObject({
      code: "no_row",
      message: expect.stringContaining(`had none: SELECT "id" FROM "Company"`),
    });
  });

  it("passes without the columns that nobody reads", async () => {
    const TURN = statement({ sql: "SELECT pg_advisory_xact_lock($1)", params: { key: bigint } });
    const LOCK = statement({ sql: `SELECT 1 FROM "Company" WHERE "id" = $1 FOR UPDATE`, params: { id: text } });
    expect(await checkStatements(client, [TURN, LOCK])).toEqual([]);
  });

  it("takes what the driver takes: whole numbers, JSON as its text, lists that cannot be changed", async () => {
    const ECHO = statement({
      sql: `SELECT $1::bigint AS "big", $2::jsonb AS "told", $3::text[] AS "names", $4::bytea AS "raw", $5::float8 AS "half"`,
      params: { big: bigint, told: json<string[]>(), names: arrayOf(text), raw: bytes, half: double },
      row: {
        big: known(bigint),
        told: known(json<string[]>()),
        names: known(arrayOf(text)),
        raw: known(bytes),
        half: known(double),
      },
    });
    expect(await checkStatements(client, [ECHO])).toEqual([]);
    const names = ["a", "b"] as const;
    const given = { big: 7, told: JSON.stringify(names), names, raw: Buffer.from("c"), half: 0.5 };
    expect(await ECHO.first(client, given)).toEqual({ ...given, big: "7", told: ["a", "b"], names: ["a", "b"] });
  });

  it("gives its rows, the first of them, or how many there were", async () => {
    await database.rows.session({ companyId: "acme" });
    const row = { id: "acme", status: "ACTIVE", csvUrl: null, sessions: "1", roleWords: null };
    const values = { statuses: [CompanyStatus.ACTIVE], isAny: true, before: null };
    expect(await FIND.rows(database.pool, values)).toMatchObject([row]);
    expect(await FIND.first(database.pool, values)).toMatchObject(row);
    expect(await FIND.run(database.pool, values)).toBe(1);
    expect(await FIND.first(database.pool, { ...values, statuses: [] })).toBeUndefined();
  });
});

describe("a statement that is not", () => {
  const cases: [string, Declared, string][] = [
    ["in SQL that does not fit", { sql: `SELECT "nobody" FROM "Company"` }, `column "nobody" does not exist`],
    ["a column too few", { sql: `SELECT "id" FROM "Company"` }, "answers the column id, which is not declared"],
    [
      "a column too many",
      { sql: `SELECT "id" FROM "Company"`, row: { id: text, name: text } },
      "does not answer the column name",
    ],
    [
      "in a column's type",
      { sql: `SELECT "createdAt" FROM "Company"`, row: { createdAt: text } },
      "answers timestamp with time zone for createdAt, which is declared as text",
    ],
    ["in what may be NULL", { sql: `SELECT "csvUrl" FROM "Company"`, row: { csvUrl: text } }, "csvUrl may be NULL"],
    [
      "in what an outer join leaves out",
      {
        sql: `SELECT s."id" FROM "Company" c LEFT JOIN "Session" s ON s."companyId" = c."id" AND s."country" = 'NL'`,
        row: { id: text },
      },
      "id may be NULL as far as the database can tell (say `known` if not)",
    ],
    [
      "in an expression of which nobody says that it is never NULL",
      { sql: `SELECT max("createdAt") AS "last" FROM "Company"`, row: { last: timestamp } },
      "last may be NULL as far as the database can tell (say `known` if not)",
    ],
    [
      "in a `known` that is none",
      { sql: `SELECT "id" FROM "Company"`, row: { id: known(text) } },
      "id needs no `known`: it is never NULL",
    ],
    [
      "in a parameter's type",
      { sql: `SELECT 1 AS "one" FROM "Company" WHERE "id" = $1`, params: { id: int }, row: { one: known(int) } },
      "takes text for $1, and id is declared as integer",
    ],
    [
      "in how many parameters there are",
      { sql: `DELETE FROM "Company" WHERE "id" = $1 AND "name" = $2`, params: { id: text } },
      "takes 2 parameters, and 1 are declared",
    ],
    [
      "in the labels of an enum",
      {
        sql: `SELECT "status" FROM "Company"`,
        row: { status: oneOf("CompanyStatus", { ACTIVE: "ACTIVE", OPEN: "OPEN" }) },
      },
      "status has the labels ACTIVE, SUSPENDED, TRIAL, ARCHIVED, and ACTIVE, OPEN are declared",
    ],
  ];
  for (const [where, declared, fault] of cases) {
    it(`is refused ${where}`, async () => {
      expect(await checkStatements(client, [statement(declared)])).toEqual([`${declared.sql}\n  ${fault}`]);
    });
  }

  it("has done nothing to the database", async () => {
    const destructive = statement({ sql: `DELETE FROM "Company" WHERE "id" = $1`, params: { id: text } });
    expect(await checkStatements(client, [destructive])).toEqual([]);
    expect((await database.pool.query(`SELECT 1 FROM "Company"`)).rowCount).toBe(1);
  });
});
