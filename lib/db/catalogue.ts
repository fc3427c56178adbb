import type { Sql } from "./pool.ts";
import { TENANT_ROLE } from "./roles.ts";
import { known, nullable, type RowOf, statement, text, textOf } from "./statement.ts";

/** In the order in which one can be created on the other. */
export const KINDS = [
  "role",
  "function",
  "index",
  "constraint",
  "foreign key",
  "trigger",
  "row security",
  "policy",
  "right",
] as const;
export type Kind = (typeof KINDS)[number];

/** The statement that creates each thing, by kind and name. `catalogue.json` has those that the migrations create. */
export type Catalogue = Record<Kind, Record<string, string>>;

/** `removal` makes room for a new one; `fault` is a verb with its object, where it is there and does not work, and `repair` corrects that. */
export type Found = RowOf<typeof READ_STRUCTURE>;

/**
 * What a database has besides tables and their columns. The statements are the same in all supported releases and in every schema:
 * NOT NULL, which PostgreSQL 18 counts among the constraints, is left out, and `public` stands for the schema.
 */
const READ_STRUCTURE = statement({
  sql: `
  WITH ours AS (
    SELECT oid, relname, oid::regclass::text AS named, relrowsecurity, relacl FROM pg_class
     WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace),
  tenant AS (SELECT oid FROM pg_roles WHERE rolname = '${TENANT_ROLE}'),
  functions AS (
    SELECT oid, oid::regprocedure::text AS named, format('%s(%s)', proname, pg_get_function_identity_arguments(oid)) AS name,
           replace(pg_get_functiondef(oid), E'\\r', '') AS definition FROM pg_proc
     WHERE prokind = 'f' AND starts_with(proname, 'livedash_') AND pronamespace = current_schema()::regnamespace),
  rights AS (
    SELECT o.oid, 0 AS step, format('GRANT %s ON %s TO ${TENANT_ROLE}', string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type), o.named) AS sql
      FROM tenant, ours o, aclexplode(o.relacl) a WHERE a.grantee = tenant.oid GROUP BY o.oid, o.named
    UNION ALL
    SELECT o.oid, 1, format('GRANT %s (%s) ON %s TO ${TENANT_ROLE}', a.privilege_type,
                            string_agg(quote_ident(c.attname), ', ' ORDER BY c.attnum), o.named)
      FROM tenant, ours o JOIN pg_attribute c ON c.attrelid = o.oid AND NOT c.attisdropped, aclexplode(c.attacl) a
     WHERE a.grantee = tenant.oid GROUP BY o.oid, o.named, a.privilege_type)
  SELECT 'role' AS "kind", '${TENANT_ROLE}' AS "name", 'CREATE ROLE ${TENANT_ROLE} NOLOGIN' AS "sql", NULL AS "removal",
         NULL AS "fault", NULL AS "repair" FROM tenant
  UNION ALL
  -- What the search path was when the migrations ran differs from one installation to another, unless they have set it.
  SELECT 'function', name,
         regexp_replace(replace(overlay(definition PLACING 'CREATE OR REPLACE FUNCTION ' FROM 1 FOR strpos(definition, '.')),
             concat(E'\\n SET search_path TO ''pg_catalog'', ', quote_literal(current_schema()), ', ''pg_temp''', E'\\n'),
             E'\\n SET search_path = pg_catalog, public, pg_temp\\n'),
           E'\\n SET search_path TO [^\\n]*', E'\\n SET search_path FROM CURRENT'), NULL, NULL, NULL
    FROM functions
  UNION ALL
  SELECT 'index', c.relname, pg_get_indexdef(c.oid, 0, true), format('DROP INDEX %s', c.oid::regclass),
         CASE WHEN NOT (i.indisvalid AND i.indisready) THEN 'is invalid' END, format('REINDEX INDEX %s', c.oid::regclass)
    FROM ours o JOIN pg_index i ON i.indrelid = o.oid JOIN pg_class c ON c.oid = i.indexrelid
   WHERE NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x'))
  UNION ALL
  SELECT CASE k.contype WHEN 'f' THEN 'foreign key' ELSE 'constraint' END, format('%s on %s', k.conname, o.relname),
         format('ALTER TABLE %s ADD CONSTRAINT %I %s', o.named, k.conname, regexp_replace(pg_get_constraintdef(k.oid, true), ' NOT VALID$', '')),
         format('ALTER TABLE %s DROP CONSTRAINT %I', o.named, k.conname),
         CASE WHEN NOT k.convalidated THEN 'was not checked for all rows' WHEN t.tables IS NOT NULL THEN 'is switched off' END,
         CASE WHEN NOT k.convalidated THEN format('ALTER TABLE %s VALIDATE CONSTRAINT %I', o.named, k.conname) ELSE t.tables END
    FROM ours o JOIN pg_constraint k ON k.conrelid = o.oid AND k.contype IN ('p', 'u', 'x', 'f', 'c'), LATERAL (
         SELECT string_agg(DISTINCT format('ALTER TABLE %s ENABLE TRIGGER ALL', tgrelid::regclass), '; ') AS tables
           FROM pg_trigger WHERE tgconstraint = k.oid AND tgenabled IN ('D', 'R')) t
  UNION ALL
  SELECT 'trigger', format('%s on %s', t.tgname, o.relname), pg_get_triggerdef(t.oid, true), format('DROP TRIGGER %I ON %s', t.tgname, o.named),
         CASE WHEN t.tgenabled IN ('D', 'R') THEN 'is disabled' END, format('ALTER TABLE %s ENABLE TRIGGER %I', o.named, t.tgname)
    FROM ours o JOIN pg_trigger t ON t.tgrelid = o.oid AND NOT t.tgisinternal
  UNION ALL
  SELECT 'row security', relname, format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', named), NULL, NULL, NULL
    FROM ours WHERE relrowsecurity
  UNION ALL
  SELECT 'policy', format('%s on %s', p.polname, o.relname),
         concat(format('CREATE POLICY %I ON %s AS %s FOR %s TO ', p.polname, o.named,
             CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
             CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END),
           (SELECT string_agg(r.name, ', ' ORDER BY r.name)
              FROM unnest(p.polroles) role, LATERAL (SELECT CASE role WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(role)) END AS name) r),
           ' USING (' || pg_get_expr(p.polqual, p.polrelid, true) || ')',
           ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid, true) || ')'),
         format('DROP POLICY %I ON %s', p.polname, o.named), NULL, NULL
    FROM ours o JOIN pg_policy p ON p.polrelid = o.oid
  UNION ALL
  SELECT 'right', o.relname, string_agg(r.sql, '; ' ORDER BY r.step, r.sql), format('REVOKE ALL ON %s FROM ${TENANT_ROLE}', o.named), NULL, NULL
    FROM ours o JOIN rights r ON r.oid = o.oid GROUP BY o.relname, o.named
  UNION ALL
  SELECT 'right', f.name, format('REVOKE EXECUTE ON FUNCTION %1$s FROM PUBLIC; GRANT EXECUTE ON FUNCTION %1$s TO ${TENANT_ROLE}', f.named), NULL, NULL, NULL
    FROM functions f, tenant
   WHERE has_function_privilege(tenant.oid, f.oid, 'EXECUTE') AND NOT has_function_privilege('public', f.oid, 'EXECUTE')`,
  row: {
    kind: known(textOf<Kind>()),
    name: known(text),
    sql: known(text),
    removal: nullable(text),
    fault: nullable(text),
    repair: nullable(text),
  },
});

/** What the database has, in the order of `KINDS` and then of names. */
export async function readStructure(db: Sql): Promise<Found[]> {
  const found = await READ_STRUCTURE.rows(db, {});
  return found.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || (a.name < b.name ? -1 : 1));
}

/** The same as a catalogue. */
export function catalogueOf(found: readonly Found[]): Catalogue {
  const ofKind = (kind: Kind) => found.filter((one) => one.kind === kind).map(({ name, sql }) => [name, sql]);
  return Object.fromEntries(KINDS.map((kind) => [kind, Object.fromEntries(ofKind(kind))])) as Catalogue;
}
