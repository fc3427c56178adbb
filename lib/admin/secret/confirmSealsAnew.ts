import { changeAudit, confirm, isConfirmed, type Seal } from "../../audit/seal.ts";
import type { Context } from "../../context.ts";
import type { Transaction } from "../../db/pool.ts";
import { arrayOf, bigint, double, known, statement, text, textOf, timestamp } from "../../db/statement.ts";
import { currentKey } from "../../secret/secret.ts";
import type { Resealed } from "./resealed.ts";

const AT_ONCE = 5_000;
/** Sealing, which goes first, takes no longer. */
const TRY_AGAIN_MS = 200;

/** The seals and cuts of the audit log: those that the previous secret has made are made with the current one. */
export async function confirmSealsAnew(ctx: Context, { lost }: { lost: boolean }): Promise<Resealed> {
  const resealed: Resealed = { done: 0, broken: [] };
  for (const statements of STATEMENTS) {
    for (let after: number | undefined = 0; after !== undefined && !ctx.stopping.aborted; ) {
      const from: number = after;
      const page = await changeAudit(ctx, "rotate", (tx) => confirmPage(ctx, tx, statements, { from, lost }));
      if (page) {
        resealed.done += page.done;
        resealed.broken.push(...page.broken);
        after = page.next;
      } else await ctx.clock.sleep(TRY_AGAIN_MS, ctx.stopping);
    }
  }
  return resealed;
}

const TABLES = [
  { kind: "seal", name: "AuditSeal", at: "sealedAt" },
  { kind: "cut", name: "AuditCut", at: "cutAt" },
] as const;

const STATEMENTS = TABLES.map(({ kind, name, at }) => ({
  read: statement({
    sql: `SELECT '${kind}' AS "kind", "sequence"::float8 AS "sequence", "hash", "${at}" AS "at", "keyId", "mac"
            FROM "${name}" WHERE "sequence" > $1 AND "keyId" <> $2 ORDER BY "sequence" LIMIT ${AT_ONCE}`,
    params: { after: bigint, keyId: text },
    row: {
      kind: known(textOf<Seal["kind"]>()),
      sequence: known(double),
      hash: text,
      at: timestamp,
      keyId: text,
      mac: text,
    },
  }),
  write: statement({
    sql: `UPDATE "${name}" s SET "keyId" = r."keyId", "mac" = r."mac"
            FROM unnest($1::bigint[], $2::text[], $3::text[]) AS r("sequence", "keyId", "mac")
           WHERE s."sequence" = r."sequence"`,
    params: { sequences: arrayOf(bigint), keyIds: arrayOf(text), macs: arrayOf(text) },
  }),
}));

async function confirmPage(
  ctx: Context,
  tx: Transaction,
  { read, write }: (typeof STATEMENTS)[number],
  { from, lost }: { from: number; lost: boolean },
): Promise<Resealed & { next: number | undefined }> {
  const rows = await read.rows(tx, { after: from, keyId: currentKey(ctx.config).id });
  const isRight = (seal: Seal) => isConfirmed(ctx.config, seal) ?? lost;
  const right = rows.filter(isRight);
  const made = right.map((seal) => confirm(ctx.config, seal));
  await write.run(tx, {
    sequences: right.map(({ sequence }) => sequence),
    keyIds: made.map(({ keyId }) => keyId),
    macs: made.map(({ mac }) => mac),
  });
  const broken = rows.filter((seal) => !isRight(seal)).map(({ sequence }) => `#${sequence}`);
  return { done: right.length, broken, next: rows.length === AT_ONCE ? rows.at(-1)?.sequence : undefined };
}
