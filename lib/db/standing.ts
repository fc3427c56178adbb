import { type ClientBase, escapeIdentifier } from "pg";
import { LiveDashError, messageOf } from "../errors.ts";
import { APP_ROLE } from "./roles.ts";

/** What somebody is to a database. */
interface Standing {
  user: string;
  /** Whether they own its tables; undefined where there are none yet. */
  owns: boolean | undefined;
}

/**
 * Tells who has come, before anything is done.
 * @throws LiveDashError `database_rights_missing`: they may neither see the tables nor make them
 */
export async function readStanding(client: ClientBase): Promise<Standing> {
  const { rows } = await client.query<Found>(
    `SELECT current_user::text AS "user", current_schema()::text AS "schema", current_database()::text AS "database",
            (SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class
              WHERE oid = to_regclass('_prisma_migrations')) AS "owns",
            COALESCE(has_schema_privilege(current_schema(), 'CREATE'), false) AS "mayCreate",
            EXISTS (SELECT 1 FROM pg_class WHERE relname = 'AIProcessingRequest' AND relkind = 'r') AS "isMade"`,
  );
  const found = rows[0];
  if (!found) throw new LiveDashError("database_connection_failed", "PostgreSQL does not say who is connected.");
  const { user, owns, mayCreate, isMade } = found;
  if (owns !== null) return { user, owns };
  if (mayCreate) return { user, owns: undefined };
  throw isMade ? mayNotUse(user) : mayNotCreate(found);
}

interface Found {
  user: string;
  schema: string | null;
  database: string;
  owns: boolean | null;
  mayCreate: boolean;
  isMade: boolean;
}

/**
 * For somebody who may not read or write what is there: nothing that LiveDash would say could be trusted.
 * @param isMember whether they are in the application's group, to which then something was not given
 */
export function mayNotUse(user: string, what = "LiveDash's tables", isMember = false, cause?: unknown): LiveDashError {
  const remedy = isMember
    ? "As the owner of the tables, run `livedash migrate` (with DIRECT_DATABASE_URL set)."
    : `As an administrator, run: GRANT ${APP_ROLE} TO ${escapeIdentifier(user)}; or all that \`livedash migrate --print-grants\` prints.`;
  const sentence = `The database user "${user}" cannot read and write ${what}. ${remedy}`;
  return new LiveDashError("database_rights_missing", sentence, { cause });
}

/** For the application's role, which may change no tables, when they have to be changed. */
export function mayNotMigrate(user: string, missing: number): LiveDashError {
  const lacks = missing === 1 ? "lacks a migration" : `lacks ${missing} migrations`;
  const sentence = `The database ${lacks} of this release, and the user "${user}" does not own its tables. Run \`livedash migrate\` with DIRECT_DATABASE_URL set to the owner, then start again.`;
  return new LiveDashError("migration_pending", sentence);
}

export function mayNotMakeSchema(schema: string, cause: unknown): LiveDashError {
  const sentence = `The schema "${schema}" that the address names does not exist, and its user may not create it (${messageOf(cause)}). As an administrator, run what \`livedash migrate --print-grants\` prints.`;
  return new LiveDashError("database_rights_missing", sentence, { cause });
}

function mayNotCreate({ user, schema, database }: Found): LiveDashError {
  const where = schema === null ? "any schema" : `the schema "${schema}"`;
  const grant = `GRANT USAGE, CREATE ON SCHEMA ${escapeIdentifier(schema ?? "public")} TO ${escapeIdentifier(user)};`;
  const sentence = `The database user "${user}" cannot create tables in ${where} of the database "${database}". As an administrator, run there: ${grant} or all that \`livedash migrate --print-grants\` prints.`;
  return new LiveDashError("database_rights_missing", sentence);
}
