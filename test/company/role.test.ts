import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { TemporaryPostgres } from "../../lib/db/embedded/index.ts";
import { applyMigrations } from "../../lib/db/migrate.ts";
import { startPostgres } from "../support/testServer.ts";

// A server of its own: roles belong to a whole server, and here it must be seen how the role is made.
let server: TemporaryPostgres;
beforeAll(async () => {
  server = await startPostgres(inject("release"));
});
afterAll(() => server?.stop());

async function query(url: string, ...statements: string[]) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    let rows: unknown[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

/** A database of somebody who is no administrator, and its address for them. */
async function addOwner(name: string, attributes = ""): Promise<string> {
  await query(
    server.url,
    `CREATE ROLE ${name} LOGIN PASSWORD 'pw' ${attributes}`,
    `CREATE DATABASE ${name} OWNER ${name}`,
  );
  const url = new URL(server.url);
  url.username = name;
  url.password = "pw";
  url.pathname = `/${name}`;
  return url.href;
}

const READ_AS_TENANT = [
  `INSERT INTO "Company" ("id", "name") VALUES ('c1', 'One'), ('c2', 'Two')`,
  "SET ROLE livedash_tenant",
  "SET livedash.company = 'c2'",
  `SELECT "name" FROM "Company"`,
];

describe("the tenants' role", () => {
  it("is asked of an administrator, in a sentence, by who may not create roles", async () => {
    const url = await addOwner("plain");
    await expect(applyMigrations({ databaseUrl: url })).rejects.toThrow(
      /As an administrator, run: CREATE ROLE livedash_tenant NOLOGIN; GRANT livedash_tenant TO plain/,
    );
  });

  it("is made by an owner who may create roles, and serves them at once", async () => {
    const url = await addOwner("maker", "CREATEROLE");
    await applyMigrations({ databaseUrl: url });
    expect(await query(url, ...READ_AS_TENANT)).toEqual([{ name: "Two" }]);
  });

  it("is shared with a second database whose owner was given it, and refused in a sentence until then", async () => {
    const url = await addOwner("second");
    await expect(applyMigrations({ databaseUrl: url })).rejects.toThrow(
      /As an administrator, run: GRANT livedash_tenant TO second/,
    );
    await query(server.url, "GRANT livedash_tenant TO second");
    await applyMigrations({ databaseUrl: url });
    expect(await query(url, ...READ_AS_TENANT)).toEqual([{ name: "Two" }]);
  });

  it("is refused where it would pass row-level security", async () => {
    const url = await addOwner("third");
    await query(server.url, "GRANT livedash_tenant TO third", "ALTER ROLE livedash_tenant BYPASSRLS");
    try {
      await expect(applyMigrations({ databaseUrl: url })).rejects.toThrow(/ALTER ROLE livedash_tenant .*NOBYPASSRLS/);
    } finally {
      await query(server.url, "ALTER ROLE livedash_tenant NOBYPASSRLS");
    }
  });
});
