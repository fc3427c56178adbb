import type { ClientBase } from "pg";
import { codeOf } from "../../lib/errors.ts";

/** A fresh database: what its structure looks like, and the rows that the migrations put there, as JSON by table. */
export interface Pristine {
  structure: string;
  rows: Record<string, string>;
}

const TABLES = `
  SELECT format('%I.%I', nspname, relname) AS "name" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE relkind = 'r' AND nspname IN ('public', 'pgboss') AND relname <> '_prisma_migrations'`;

/** Their rows tell by their numbers and ages whether something was made, changed or removed. */
const CATALOGUES = ["attribute", "constraint", "trigger", "proc", "policy", "namespace", "type", "extension"];
/** TRUNCATE and ANALYZE write to `pg_class` too, so there it is the content that tells; statistics change plans. */
const STRUCTURE = `
  SELECT concat_ws(' ',
    (SELECT md5(string_agg(concat_ws(' ', oid, relname, reloptions, relacl, relrowsecurity, relforcerowsecurity), ',' ORDER BY oid))
       FROM pg_class WHERE relnamespace <> 'pg_toast'::regnamespace),
    (SELECT count(*) FROM pg_statistic WHERE starelid >= 16384),
    ${CATALOGUES.map((name) => `(SELECT count(*) || '-' || max(xmin::text::bigint) FROM pg_${name})`).join(", ")}) AS "structure"`;

/** Large tables give back their room. */
const EMPTY = `
  DO $$
  DECLARE one text; has_rows boolean;
  BEGIN
    FOR one IN SELECT "name" FROM (${TABLES}) t LOOP
      EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || one || ')' INTO has_rows;
      IF pg_relation_size(one::regclass) > 4000000 THEN EXECUTE 'TRUNCATE ' || one || ' CASCADE';
      ELSIF has_rows THEN EXECUTE 'DELETE FROM ' || one;
      END IF;
    END LOOP;
  END $$`;

export async function readPristine(client: ClientBase): Promise<Pristine> {
  const tables = await client.query<{ name: string }>(TABLES);
  const rows: Record<string, string> = {};
  for (const { name } of tables.rows) {
    const found = await client.query<{ rows: string | null }>(`SELECT json_agg(t)::text AS "rows" FROM ${name} t`);
    const json = found.rows[0]?.rows;
    if (json) rows[name] = json;
  }
  return { structure: await readStructure(client), rows };
}

/** Makes a database as a fresh one is; whoever else is still connected is cut off. False if that cannot be done. */
export async function restore(client: ClientBase, pristine: Pristine): Promise<boolean> {
  await client.query(
    `SELECT pg_terminate_backend("pid", 5000) FROM pg_stat_activity
      WHERE "datname" = current_database() AND "pid" <> pg_backend_pid()`,
  );
  if ((await readStructure(client)) !== pristine.structure) return false;
  try {
    // Without the triggers, which would count the rows away, or forbid to delete them.
    await client.query("BEGIN; SET LOCAL session_replication_role = replica");
  } catch (error) {
    // The user of a server that is not ours need not be a superuser.
    if (codeOf(error) === "42501") return false;
    throw error;
  }
  await client.query(EMPTY);
  for (const [name, json] of Object.entries(pristine.rows)) {
    await client.query(`INSERT INTO ${name} SELECT * FROM json_populate_recordset(NULL::${name}, $1::json)`, [json]);
  }
  await client.query("COMMIT");
  return true;
}

async function readStructure(client: ClientBase): Promise<string> {
  const { rows } = await client.query<{ structure: string }>(STRUCTURE);
  return rows[0]?.structure ?? "";
}
