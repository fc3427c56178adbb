import { escapeIdentifier } from "pg";
import { LiveDashError } from "../errors.ts";
import { APP_ROLE, queueSchemaOf, TENANT_ROLE } from "./roles.ts";
import { schemaIn } from "./searchPath.ts";

/** Who is to do what; what is not given has a name of its own. */
interface Names {
  database: string;
  owner: string;
  app: string;
  tenant: string;
  schema: string;
}

/**
 * What an administrator runs, once and again, so that LiveDash works with as few rights as it can. It holds no password.
 * @param urls the configured addresses; without `owner`, today's user becomes the owner and the application gets a login of its own
 */
export function grantsScript(urls: { app: string; owner?: string | undefined; tenant?: string | undefined }): string {
  return scriptFor(namesIn(urls));
}

function namesIn({ app, owner, tenant }: Parameters<typeof grantsScript>[0]): Names {
  const ofApp = partsOf(app);
  return {
    database: ofApp.database,
    owner: owner ? partsOf(owner).user : ofApp.user,
    app: owner && partsOf(owner).user !== ofApp.user ? ofApp.user : `${APP_ROLE}_login`,
    tenant: tenant ? partsOf(tenant).user : `${TENANT_ROLE}_login`,
    schema: schemaIn(owner ?? app) ?? "public",
  };
}

function partsOf(address: string): { user: string; database: string } {
  try {
    const { username, pathname } = new URL(address);
    const user = decodeURIComponent(username);
    const database = decodeURIComponent(pathname.slice(1)) || user;
    if (user && database) return { user, database };
  } catch {
    // No cause: what `URL` throws carries the whole text, password included.
  }
  const sentence =
    "An address of the database names no user or no database. Use postgresql://USER:PASSWORD@HOST:PORT/DATABASE.";
  throw new LiveDashError("database_url_invalid", sentence);
}

function scriptFor({ database, owner, app, tenant, schema }: Names): string {
  const [db, own, work, read] = [database, owner, app, tenant].map((name) => escapeIdentifier(name));
  const [tables, queue] = [schema, queueSchemaOf(schema)].map((name) => escapeIdentifier(name));
  return `-- Run as an administrator, in the database ${db}. Running it again does no harm.

-- Who owns the tables (DIRECT_DATABASE_URL), who works with them (DATABASE_URL), who reads for one company at a time (TENANT_DATABASE_URL).
${[APP_ROLE, TENANT_ROLE].map((role) => createRole(role, "NOLOGIN")).join("\n")}
${[owner, app, tenant].map((role) => createRole(role, "LOGIN")).join("\n")}
ALTER ROLE ${work} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE ${read} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE ${read} SET default_transaction_read_only = on;
GRANT ${APP_ROLE} TO ${work};
GRANT ${TENANT_ROLE} TO ${read};
GRANT ${TENANT_ROLE} TO ${own};
DO $$ BEGIN
  IF current_setting('server_version_num')::int >= 160000 THEN
    EXECUTE 'GRANT ${TENANT_ROLE} TO ${APP_ROLE} WITH INHERIT FALSE, SET TRUE';
  ELSE
    GRANT ${TENANT_ROLE} TO ${APP_ROLE};
  END IF;
END $$;

-- The roles ${APP_ROLE} and ${TENANT_ROLE} are the whole server's: only these logins get into this database.
REVOKE CONNECT ON DATABASE ${db} FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE ${db} TO ${own}, ${work};
GRANT CONNECT ON DATABASE ${db} TO ${read};

-- The tables, and those of the schedulers' queue. LiveDash gives the rights on them with each \`livedash migrate\`.
CREATE SCHEMA IF NOT EXISTS ${tables};
GRANT USAGE, CREATE ON SCHEMA ${tables} TO ${own};
GRANT USAGE ON SCHEMA ${tables} TO ${APP_ROLE}, ${TENANT_ROLE};
CREATE SCHEMA IF NOT EXISTS ${queue};
GRANT USAGE, CREATE ON SCHEMA ${queue} TO ${own};
GRANT USAGE ON SCHEMA ${queue} TO ${APP_ROLE};

-- Logins that are new have no password yet. In psql, for each: \\password NAME
`;
}

function createRole(name: string, kind: "LOGIN" | "NOLOGIN"): string {
  const literal = `'${name.replaceAll("'", "''")}'`;
  return `DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = ${literal}) THEN CREATE ROLE ${escapeIdentifier(name)} ${kind}; END IF; END $$;`;
}
