import type { ClientBase } from "pg";
import { codeOf } from "../errors.ts";
import { whileLocked } from "./migrationClient.ts";
import { APP_ROLE, privilegesOf, queueSchemaOf, TENANT_ROLE } from "./roles.ts";

/** What the tenants' policies and questions call. Where nobody has taken it away, everybody may call it anyway. */
const TENANT_FUNCTIONS = ["livedash_company", "livedash_question_key"];
const MAY_NOT = "42501";
const MADE_MEANWHILE = ["42710", "23505"];

/**
 * Gives the roles of the application and the tenants what they need, with whatever tables there are now, and forces
 * row-level security upon the owner where the application is somebody else. It asks first what is missing: mostly nothing.
 * What the owner may not do is left: `assertRights` says whether the application can work so, `readWeaknesses` what is weaker.
 */
export async function settlePrivileges(client: ClientBase, tables: readonly string[]): Promise<void> {
  await makeAppRole(client);
  const { rows } = await client.query<{ schema: string }>(`SELECT current_schema()::text AS "schema"`);
  const queue = queueSchemaOf(rows[0]?.schema ?? "public");
  const missing = await client.query<{ statement: string }>(MISSING, [privilegesOf(tables), queue, TENANT_FUNCTIONS]);
  for (const { statement } of missing.rows) {
    // One transaction, where there are several: a table is never without its policies.
    await whileLocked(client, () => client.query(statement)).catch((error) => {
      if (codeOf(error) !== MAY_NOT) throw error;
    });
  }
}

/** Roles belong to the whole server, so another database may have made it, or be making it right now. */
async function makeAppRole(client: ClientBase): Promise<void> {
  const { rows } = await client.query(`SELECT 1 FROM pg_roles WHERE rolname = '${APP_ROLE}'`);
  if (rows.length > 0) return;
  try {
    await client.query(`CREATE ROLE ${APP_ROLE} NOLOGIN`);
  } catch (error) {
    if (![MAY_NOT, ...MADE_MEANWHILE].includes(codeOf(error) ?? "")) throw error;
  }
}

/**
 * The statements that are missing, in order. $1 is what the application may do with each table, as JSON; $2 the queue's
 * schema; $3 the tenants' functions. "No policy" is what hides all rows; so policies come before FORCE, in one go.
 */
const MISSING = `
  WITH app AS (SELECT oid AS role FROM pg_roles WHERE rolname = '${APP_ROLE}'),
  tenant AS (SELECT oid AS role FROM pg_roles WHERE rolname = '${TENANT_ROLE}'),
  ours AS (
    SELECT c.*, c.oid::regclass::text AS name, given.value AS privileges
      FROM json_each($1::json) given JOIN pg_class c ON c.relname = given.key
     WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
       AND pg_has_role(current_user, c.relowner, 'USAGE')),
  wanted AS (
    SELECT o.oid, o.name, o.relacl, o.relowner, p AS privilege FROM ours o, json_array_elements_text(o.privileges) p
    UNION ALL
    SELECT c.oid, c.oid::regclass::text, c.relacl, c.relowner, p
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p
     WHERE n.nspname = $2 AND c.relkind IN ('r', 'p') AND pg_has_role(current_user, c.relowner, 'USAGE')),
  schemas AS (SELECT oid, nspname, nspname = current_schema() AS is_ours FROM pg_namespace WHERE nspname IN (current_schema(), $2)),
  functions AS (
    SELECT p.oid, p.oid::regprocedure::text AS name, s.is_ours, p.proname FROM pg_proc p JOIN schemas s ON s.oid = p.pronamespace
     WHERE (starts_with(p.proname, 'livedash_') OR NOT s.is_ours) AND pg_has_role(current_user, p.proowner, 'USAGE')),
  forced AS (
    SELECT o.oid, EXISTS (
        SELECT 1 FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
         WHERE m.roleid = (SELECT role FROM app) AND r.rolcanlogin AND NOT pg_has_role(r.oid, o.relowner, 'MEMBER')) AS force
      FROM ours o WHERE o.relrowsecurity),
  policies AS (
    SELECT o.oid, o.name, w.policy, w.role, NOT EXISTS (
        SELECT 1 FROM pg_policy p WHERE p.polrelid = o.oid AND p.polname = w.policy AND p.polroles = ARRAY[w.role]
           AND p.polcmd = '*' AND p.polpermissive AND pg_get_expr(p.polqual, p.polrelid) = 'true'
           AND pg_get_expr(p.polwithcheck, p.polrelid) = 'true') AS missing
      FROM ours o, LATERAL (SELECT 'owner' AS policy, o.relowner AS role UNION ALL SELECT 'app', role FROM app) w
     WHERE o.relrowsecurity),
  statements AS (
    SELECT 1 AS step, format('GRANT USAGE ON SCHEMA %I TO ${APP_ROLE}', s.nspname) AS statement
      FROM schemas s, app WHERE NOT has_schema_privilege(app.role, s.oid, 'USAGE')
    UNION ALL
    SELECT 1, format('GRANT USAGE ON SCHEMA %I TO ${TENANT_ROLE}', s.nspname)
      FROM schemas s, tenant WHERE s.is_ours AND NOT has_schema_privilege(tenant.role, s.oid, 'USAGE')
    UNION ALL
    SELECT 2, format('REVOKE %s ON %s FROM ${APP_ROLE}', string_agg(DISTINCT a.privilege_type, ', '), o.name)
      FROM ours o, app, aclexplode(o.relacl) a
     WHERE a.grantee = app.role AND a.privilege_type NOT IN (SELECT json_array_elements_text(o.privileges)) GROUP BY o.name
    UNION ALL
    SELECT 3, format('GRANT %s ON %s TO ${APP_ROLE}', string_agg(w.privilege, ', '), w.name)
      FROM wanted w, app WHERE NOT has_table_privilege(app.role, w.oid, w.privilege) GROUP BY w.name
    UNION ALL
    SELECT 4, format('GRANT USAGE, SELECT ON SEQUENCE %s TO ${APP_ROLE}', q.oid::regclass)
      FROM app, wanted w JOIN pg_depend d ON d.refobjid = w.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
      JOIN pg_class q ON q.oid = d.objid AND q.relkind = 'S'
     WHERE w.privilege = 'INSERT' AND NOT has_sequence_privilege(app.role, q.oid, 'USAGE')
    UNION ALL
    SELECT 5, format('GRANT EXECUTE ON FUNCTION %s TO ${APP_ROLE}', f.name)
      FROM functions f, app WHERE NOT has_function_privilege(app.role, f.oid, 'EXECUTE')
    UNION ALL
    SELECT 5, format('GRANT EXECUTE ON FUNCTION %s TO ${TENANT_ROLE}', f.name)
      FROM functions f, tenant
     WHERE f.is_ours AND f.proname = ANY($3) AND NOT has_function_privilege(tenant.role, f.oid, 'EXECUTE')
    UNION ALL
    SELECT 6, format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO ${APP_ROLE}', current_database())
      FROM app JOIN pg_database d ON d.datname = current_database() AND pg_has_role(current_user, d.datdba, 'USAGE')
     WHERE NOT (has_database_privilege(app.role, d.oid, 'CONNECT') AND has_database_privilege(app.role, d.oid, 'TEMPORARY'))
    UNION ALL
    -- What the tenants may see, the application sees anyway: it only has to be able to become one of them.
    SELECT 7, 'GRANT ${TENANT_ROLE} TO ${APP_ROLE}'
        || CASE WHEN current_setting('server_version_num')::int >= 160000 THEN ' WITH INHERIT FALSE, SET TRUE' ELSE '' END
      FROM app, tenant WHERE NOT pg_has_role(app.role, tenant.role, 'MEMBER')
    UNION ALL
    SELECT 8, concat(string_agg(
        CASE WHEN p.missing THEN format('DROP POLICY IF EXISTS %1$I ON %2$s; CREATE POLICY %1$I ON %2$s TO %3$s USING (true) WITH CHECK (true); ',
                                        p.policy, p.name, quote_ident(pg_get_userbyid(p.role))) END, ''),
        CASE WHEN f.force <> o.relforcerowsecurity
             THEN format('ALTER TABLE %s %s ROW LEVEL SECURITY', o.name, CASE WHEN f.force THEN 'FORCE' ELSE 'NO FORCE' END) END)
      FROM ours o JOIN forced f ON f.oid = o.oid JOIN policies p ON p.oid = o.oid
     GROUP BY o.oid, o.name, o.relforcerowsecurity, f.force HAVING bool_or(p.missing) OR f.force <> o.relforcerowsecurity)
  SELECT statement FROM statements ORDER BY step, statement`;
