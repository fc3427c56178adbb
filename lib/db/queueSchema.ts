import { type ClientBase, escapeIdentifier } from "pg";
import { codeOf, LiveDashError, messageOf } from "../errors.ts";
import { makeSchema } from "./makeSchema.ts";
import type { Sql } from "./pool.ts";
import { queueSchemaOf } from "./roles.ts";

/** The version of the tables that the pg-boss in package.json works with: `pgboss.schema` of its own package.json. */
export const QUEUE_VERSION = 46;

interface Queue {
  schema: string;
  /** Undefined where it has no tables yet. */
  version: number | undefined;
  /** Whether whoever asks owns it; undefined where there is none. */
  owns: boolean | undefined;
}

/**
 * Makes the tables of the schedulers' queue, or brings them up to date, as their owner: the application may not. pg-boss is
 * loaded only when there is something to do, since most starts have nothing.
 * @throws LiveDashError `database_rights_missing`, `queue_not_made`
 */
export async function prepareQueue(client: ClientBase): Promise<void> {
  const queue = await readQueue(client);
  if (queue.owns === false || (queue.version ?? 0) >= QUEUE_VERSION) return;
  try {
    const { getConstructionPlans, getMigrationPlans } = await import("pg-boss");
    if (queue.version !== undefined) await client.query(getMigrationPlans(queue.schema, queue.version));
    else {
      await makeSchema(client, queue.schema);
      await client.query(getConstructionPlans(queue.schema, { createSchema: false }));
    }
  } catch (cause) {
    await client.query("ROLLBACK");
    // An older worker may have made them meanwhile: it does that when it starts, and takes no lock of ours.
    if ((await readQueue(client)).version === QUEUE_VERSION) return;
    throw codeOf(cause) === "42501" ? mayNotCreate(queue.schema, cause) : notMade(queue.schema, cause);
  }
}

/** Where the queue is, and how far. */
export async function readQueue(sql: Sql): Promise<Queue> {
  const { rows: here } = await sql.query<{ schema: string | null }>(`SELECT current_schema()::text AS "schema"`);
  const schema = queueSchemaOf(here[0]?.schema ?? "public");
  const table = `${escapeIdentifier(schema)}.version`;
  const { rows } = await sql.query<{ owns: boolean; mayRead: boolean }>(
    `SELECT pg_has_role(current_user, c.relowner, 'USAGE') AS "owns",
            has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS "mayRead"
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = 'version'`,
    [schema],
  );
  const found = rows[0];
  if (!found) return { schema, version: undefined, owns: undefined };
  if (!found.mayRead) return { schema, version: undefined, owns: found.owns };
  const { rows: versions } = await sql.query<{ version: number }>(`SELECT "version" FROM ${table}`);
  return { schema, version: versions[0]?.version, owns: found.owns };
}

function mayNotCreate(schema: string, cause: unknown): LiveDashError {
  const sentence = `The database user cannot create the schema "${schema}", which the schedulers need (${messageOf(cause)}). As an administrator, run what \`livedash migrate --print-grants\` prints, then start again.`;
  return new LiveDashError("database_rights_missing", sentence, { cause });
}

function notMade(schema: string, cause: unknown): LiveDashError {
  const sentence = `The schedulers' tables in the schema "${schema}" could not be made (${messageOf(cause)}). Fix the cause and start again.`;
  return new LiveDashError("queue_not_made", sentence, { cause });
}
