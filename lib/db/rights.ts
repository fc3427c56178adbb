import type { Database } from "./pool.ts";
import { APP_ROLE, privilegesOf, queueSchemaOf, TENANT_ROLE } from "./roles.ts";
import { mayNotUse } from "./standing.ts";

/** What the database would not stop somebody from doing who gets SQL of theirs run; nothing is broken by it. */
export interface Weakness {
  id: string;
  explanation: string;
  /** What an administrator or the owner can do about it. */
  advice: string;
}

const HOW = "docs/operations/roles.md says how, `livedash migrate --print-grants` prints the statements.";
const NAMED = 3;

/**
 * Whether the application may do with its tables what it has to: who may not, or sees no rows, must not be told that there
 * are none.
 * @throws LiveDashError `database_rights_missing`
 */
export async function assertRights(db: Database, tables: readonly string[]): Promise<void> {
  const { rows: here } = await db.query<{ user: string; schema: string | null; isMember: boolean }>(
    `SELECT current_user::text AS "user", current_schema()::text AS "schema",
            EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '${APP_ROLE}' AND pg_has_role(current_user, oid, 'USAGE')) AS "isMember"`,
  );
  const { user = "", schema = null, isMember = false } = here[0] ?? {};
  const values = [privilegesOf(tables), queueSchemaOf(schema ?? "public")];
  const { rows } = await db.query<{ name: string }>(LACKING, values);
  if (rows.length === 0) return;
  const names = rows.slice(0, NAMED).map(({ name }) => name);
  const more = rows.length > NAMED ? ` and ${rows.length - NAMED} more` : "";
  throw mayNotUse(user, `all that LiveDash keeps (${names.join(", ")}${more})`, isMember);
}

/** A policy counts only if it shows all rows to one of the user's roles. */
const LACKING = `
  SELECT o.name FROM (
    SELECT c.oid, c.relname AS name, given.value AS privileges
      FROM json_each($1::json) given LEFT JOIN pg_class c ON c.oid = to_regclass(quote_ident(given.key))) o
   WHERE o.oid IS NULL
      OR EXISTS (SELECT 1 FROM json_array_elements_text(o.privileges) p WHERE NOT has_table_privilege(o.oid, p))
      OR row_security_active(o.oid) AND NOT EXISTS (
           SELECT 1 FROM pg_policy p, unnest(p.polroles) role WHERE p.polrelid = o.oid AND p.polcmd = '*' AND p.polpermissive
              AND pg_get_expr(p.polqual, p.polrelid) = 'true' AND (role = 0 OR pg_has_role(current_user, role, 'USAGE')))
  UNION ALL
  SELECT format('%I.%I', n.nspname, c.relname)
    FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p')
   WHERE n.nspname = $2
     AND (NOT has_schema_privilege(n.oid, 'USAGE') OR NOT has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE'))
  ORDER BY 1`;

/**
 * Where the database guards less than it could. What is found here is said at the start and by the doctor.
 * @param tenantDb the tenants' own connections, if they have any
 */
export async function readWeaknesses(
  db: Database,
  tenantDb: Database | undefined,
  tables: readonly string[],
): Promise<Weakness[]> {
  const { rows } = await db.query<Standing>(STANDING, [tables]);
  const found = rows[0];
  const weaknesses = found ? ofApplication(found) : [];
  if (!tenantDb) {
    const explanation =
      "Company pages read through the application's own login. Row-level security keeps companies apart, but injected SQL could reach other companies with RESET ROLE.";
    weaknesses.push({
      id: "tenants-share-login",
      explanation,
      advice: `Set TENANT_DATABASE_URL to a login of the group ${TENANT_ROLE}. ${HOW}`,
    });
  } else {
    const { rows: ofTenant } = await tenantDb.query<Standing>(STANDING, [tables]);
    if (ofTenant[0]) weaknesses.push(...ofTenantLogin(ofTenant[0]));
  }
  return weaknesses;
}

interface Standing {
  user: string;
  attributes: string[];
  owns: boolean;
  isApp: boolean;
  /** Tables with row-level security, where it binds their owner; and where it does not. */
  unforced: string[];
  /** Tables that may be written, or read beyond what tenants are shown. */
  beyond: string[];
}

const STANDING = `
  WITH ours AS (
    SELECT c.* FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND c.relname = ANY($1))
  SELECT current_user::text AS "user",
         (SELECT array_remove(ARRAY[CASE WHEN rolsuper THEN 'SUPERUSER' END, CASE WHEN rolbypassrls THEN 'BYPASSRLS' END,
                   CASE WHEN rolcreaterole THEN 'CREATEROLE' END, CASE WHEN rolcreatedb THEN 'CREATEDB' END,
                   CASE WHEN rolreplication THEN 'REPLICATION' END], NULL)
            FROM pg_roles WHERE rolname = current_user) AS "attributes",
         (SELECT COALESCE(bool_or(pg_has_role(current_user, relowner, 'MEMBER')), false) FROM ours) AS "owns",
         EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '${APP_ROLE}' AND pg_has_role(current_user, oid, 'MEMBER')) AS "isApp",
         (SELECT COALESCE(array_agg(relname::text ORDER BY relname), '{}') FROM ours
           WHERE relrowsecurity AND NOT relforcerowsecurity) AS "unforced",
         (SELECT COALESCE(array_agg(relname::text ORDER BY relname), '{}') FROM ours
           WHERE has_table_privilege(oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
              OR NOT relrowsecurity AND has_any_column_privilege(oid, 'SELECT')) AS "beyond"`;

function ofApplication({ user, attributes, owns, unforced }: Standing): Weakness[] {
  const advice = `Set DATABASE_URL to a login of the group ${APP_ROLE}, and DIRECT_DATABASE_URL to the owner. ${HOW}`;
  const weaknesses: Weakness[] = [];
  if (attributes.length > 0) {
    const explanation = `The application's login "${user}" has rights it never needs: ${attributes.join(", ")}.`;
    weaknesses.push({ id: "application-powerful", explanation, advice });
  }
  if (owns) {
    const explanation = `The application's login "${user}" may work as the owner of the tables, so SQL injected there could change them, and switch off row-level security and the guard of the audit log.`;
    weaknesses.push({ id: "application-owns", explanation, advice });
  } else if (unforced.length > 0) {
    weaknesses.push({
      id: "row-security-not-forced",
      explanation: `Row-level security does not bind the owner of ${unforced.join(", ")}.`,
      advice: "Run `livedash migrate` with DIRECT_DATABASE_URL set to the owner.",
    });
  }
  return weaknesses;
}

function ofTenantLogin({ user, attributes, owns, isApp, beyond }: Standing): Weakness[] {
  if (attributes.length === 0 && !owns && !isApp && beyond.length === 0) return [];
  const rights = [
    ...attributes,
    ...(owns ? ["work as the owner of the tables"] : []),
    ...(isApp ? [`work as ${APP_ROLE}`] : []),
    ...(beyond.length > 0 ? [`more than read the companies' tables (${beyond.slice(0, NAMED).join(", ")})`] : []),
  ];
  return [
    {
      id: "tenant-login-powerful",
      explanation: `The tenants' login "${user}" may do more than read for one company: ${rights.join("; ")}.`,
      advice: `Set TENANT_DATABASE_URL to a login that is in the group ${TENANT_ROLE} alone. ${HOW}`,
    },
  ];
}
