import { createHmac } from "node:crypto";
import pg from "pg";
import { APP_ROLE, TENANT_ROLE } from "../roles.ts";
import { SUPERUSER } from "./initialise.ts";
import type { Keeper } from "./keeper.ts";

/** The addresses of an embedded database, each with user and password: never to be logged. */
export interface Addresses {
  /** Of the owner, who changes its structure. */
  owner: string;
  /** Of the application, which reads and writes rows. */
  app: string;
  /** Of the tenants, each of which reads the rows of one company. */
  tenant: string;
}

const APP_LOGIN = `${APP_ROLE}_login`;
const TENANT_LOGIN = `${TENANT_ROLE}_login`;
/** Taken by whoever makes roles, which belong to the whole server. */
const ROLES_KEY = 1_817_203_543;

/**
 * Makes the logins with which LiveDash works, as docs/operations/roles.md has an administrator make them elsewhere. Their
 * passwords are derived from the owner's, so the file with that one is all that there is to protect.
 * @param anew sets the passwords once more, should somebody have changed them
 */
export async function ensureLogins({ client }: Keeper, password: string, anew: boolean): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT "name" FROM unnest($1::text[]) AS "name" WHERE NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = "name")`,
    [[APP_ROLE, TENANT_ROLE, APP_LOGIN, TENANT_LOGIN]],
  );
  if (rows.length === 0 && !anew) return;
  const made = rows.map(({ name }) => (name.endsWith("_login") ? `CREATE ROLE ${name} LOGIN` : `CREATE ROLE ${name}`));
  const secret = (login: string) => pg.escapeLiteral(passwordOf(login, password));
  await client.query("SELECT pg_advisory_lock($1)", [ROLES_KEY]);
  try {
    for (const statement of made) {
      await client.query(
        `DO $$ BEGIN ${statement}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`,
      );
    }
    await client.query(
      `GRANT ${APP_ROLE} TO ${APP_LOGIN}; GRANT ${TENANT_ROLE} TO ${TENANT_LOGIN};
       ALTER ROLE ${APP_LOGIN} PASSWORD ${secret(APP_LOGIN)}; ALTER ROLE ${TENANT_LOGIN} PASSWORD ${secret(TENANT_LOGIN)}`,
    );
  } finally {
    await client.query("SELECT pg_advisory_unlock($1)", [ROLES_KEY]);
  }
}

export function addressesOf(port: number, password: string, database: string): Addresses {
  const address = (user: string, secret: string) =>
    `postgresql://${user}:${secret}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  return {
    owner: address(SUPERUSER, password),
    app: address(APP_LOGIN, passwordOf(APP_LOGIN, password)),
    tenant: address(TENANT_LOGIN, passwordOf(TENANT_LOGIN, password)),
  };
}

function passwordOf(login: string, password: string): string {
  return createHmac("sha256", password).update(login).digest("hex");
}
