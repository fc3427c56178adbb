import { FIRST_LOOK_BACK } from "../accounts/checked.ts";
import type { Context } from "../context.ts";
import type { Sql } from "../db/pool.ts";
import { int, nullable, type RowOf, statement, text, timestamp } from "../db/statement.ts";
import { LiveDashError } from "../errors.ts";
import { COPIED_ADVICE, type Copied, describeCopied, isCopySign } from "./signs.ts";

/** What this database is the one of. Its id stands in every mark that it leaves at the provider. */
export interface Installation {
  id: string;
  generation: number;
  /** By the provider's clock: all that it had made by then was known here. */
  checkedUntil: Date;
  detachedAt: Date | null;
  /** Set while the database is a copy, or set back, and nobody has said what is to become of it. */
  copied: Copied | null;
}

/** Nothing may be done at the provider: it would be done twice, or to what belongs to another database. */
export class DatabaseCopiedError extends LiveDashError {
  readonly copied: Copied;

  constructor(copied: Copied) {
    super("database_copied", `${describeCopied(copied)} ${COPIED_ADVICE}`);
    this.name = "DatabaseCopiedError";
    this.copied = copied;
  }
}

/** Where this database lies now. Not by host, port, folder or name: these change without its being copied. */
const PLACE = `SELECT d."oid"::text AS "databaseOid", livedash_system_identifier() AS "systemIdentifier"
    FROM pg_database d WHERE d."datname" = current_database()`;

/** The installation as it stands, with the signs of a copy that PostgreSQL itself gives. Undefined before the first start. */
export async function readInstallation(sql: Sql): Promise<Installation | undefined> {
  const row = await READ.first(sql, {});
  return row && toInstallation(row);
}

const READ = statement({
  sql: `SELECT i."id", i."generation", i."checkedUntil", i."detachedAt", i."copiedSince", i."copiedDetail",
               CASE WHEN i."copiedSince" IS NOT NULL THEN i."copiedSign"
                    WHEN i."systemIdentifier" <> place."systemIdentifier" THEN 'server'
                    WHEN i."databaseOid" <> place."databaseOid" THEN 'database' END AS "sign"
          FROM "Installation" i, (${PLACE}) place`,
  row: {
    id: text,
    generation: int,
    checkedUntil: timestamp,
    detachedAt: nullable(timestamp),
    copiedSince: nullable(timestamp),
    copiedDetail: nullable(text),
    sign: nullable(text),
  },
});

/** The installation; made now where the database is none yet. */
export async function openInstallation(ctx: Pick<Context, "db" | "clock" | "newId">): Promise<Installation> {
  const known = await readInstallation(ctx.db);
  if (known) return known;
  await MAKE.run(ctx.db, { id: ctx.newId(), now: ctx.clock.now() });
  return openInstallation(ctx);
}

const MAKE = statement({
  sql: `INSERT INTO "Installation" ("id", "systemIdentifier", "databaseOid", "createdAt", "checkedUntil")
        SELECT $1, place."systemIdentifier", place."databaseOid", $2, $2::timestamptz - interval '${FIRST_LOOK_BACK}'
          FROM (${PLACE}) place
        ON CONFLICT DO NOTHING`,
  params: { id: text, now: timestamp },
});

/**
 * Makes this database the one of its installation, wherever it lies now; ends the standstill.
 * @param before as it was when it was decided
 * @param change a new `id` when it becomes an installation of its own; a new `generation` when it takes over
 * @throws LiveDashError `decided_meanwhile`
 */
export async function settleInstallation(
  tx: Sql,
  before: Pick<Installation, "id" | "generation">,
  change: { id: string; generation: number; checkedUntil: Date; detachedAt: Date | null },
): Promise<void> {
  const given = { ...change, beforeId: before.id, beforeGeneration: before.generation };
  if ((await SETTLE.run(tx, given)) === 1) return;
  throw new LiveDashError(
    "decided_meanwhile",
    "Someone else has just decided what this database is. Nothing has changed.",
  );
}

const SETTLE = statement({
  sql: `UPDATE "Installation" i
           SET "id" = $1, "generation" = $2, "checkedUntil" = $3, "detachedAt" = $4,
               "systemIdentifier" = place."systemIdentifier", "databaseOid" = place."databaseOid",
               "copiedSince" = NULL, "copiedSign" = NULL, "copiedDetail" = NULL
          FROM (${PLACE}) place WHERE i."id" = $5 AND i."generation" = $6`,
  params: {
    id: text,
    generation: int,
    checkedUntil: timestamp,
    detachedAt: nullable(timestamp),
    beforeId: text,
    beforeGeneration: int,
  },
});

function toInstallation({ copiedSince: since, copiedDetail: detail, sign, ...row }: RowOf<typeof READ>): Installation {
  if (sign === null) return { ...row, copied: null };
  // A sign that only a later version knows is one all the same.
  return { ...row, copied: { sign: isCopySign(sign) ? sign : "decision", detail, since } };
}
