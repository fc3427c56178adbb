import { z } from "zod";
import { RefusedError } from "../../api/errors.ts";
import { id } from "../../api/fields.ts";
import { type Acting, audit, defineOperation } from "../../api/operation.ts";
import { after } from "../../clock.ts";
import type { Context } from "../../context.ts";
import type { Transaction } from "../../db/pool.ts";
import { int, nullable, statement, text, timestamp } from "../../db/statement.ts";
import { changeKey } from "./changeKey.ts";
import { expiresAt } from "./createKey.ts";
import { detailsOf, insertKey, LONGEST_DAYS } from "./insertKey.ts";
import { type KeyRow, keyRow, type OwnedKey, READ_KEY } from "./keyRow.ts";

const HOUR_MS = 3_600_000;
const LONGEST_MS = LONGEST_DAYS * 24 * HOUR_MS;

export const rotation = z.strictObject({
  id,
  expiresAt: expiresAt.meta({
    description: "When the new key expires. Default: it works for as long as the old one was meant to.",
  }),
  graceHours: z
    .int()
    .min(0)
    .max(LONGEST_DAYS * 24)
    .optional()
    .meta({ description: "The old key stops working after this many hours. Default: when it expires." }),
});

export const rotateKey = defineOperation({
  name: "rotateKey",
  summary:
    "Creates a second key with the same owner, scopes and addresses as one that works. The new key is only in this answer.",
  method: "POST",
  path: "/api/admin/keys/{id}/rotate",
  permission: "keys.write",
  input: rotation,
  example: { id: "key_id_1", graceHours: 24 },
  output: z.object({ apiKey: keyRow, key: z.string(), previous: keyRow }),
  run: (ctx, given) => replaceKey(ctx, given),
});

/** Makes the key that takes the place of another one, which goes on working for a while; and records who did. */
export function replaceKey(
  ctx: Context & Acting,
  { id: keyId, expiresAt: wanted, graceHours }: z.output<typeof rotation>,
): Promise<{ apiKey: KeyRow; key: string; previous: KeyRow }> {
  return changeKey(ctx, keyId, "keys.rotate", async (tx, old) => {
    await assertCanBeRotated(ctx, tx, old);
    const { ownerId, serviceAccountId, companyId, scopes, allowedAddresses } = old;
    const made = await insertKey(ctx, tx, "keys.rotate", {
      name: await nextName(tx, old.name),
      owner: {
        ownerId: ownerId ?? undefined,
        serviceAccountId: serviceAccountId ?? undefined,
        companyId: companyId ?? undefined,
      },
      scopes,
      allowedAddresses,
      expiresAt: wanted === undefined ? sameLifetime(ctx, old) : new Date(wanted),
      rotatedFromId: keyId,
    });
    const end = graceHours === undefined ? old.expiresAt : after(ctx.clock, graceHours * HOUR_MS);
    await END_BY.run(tx, { id: keyId, end });
    const previous = (await READ_KEY.first(tx, { id: keyId, now: ctx.clock.now() })) ?? old;
    await audit(ctx, tx, {
      action: "keys.rotate",
      outcome: "done",
      target: { type: "key", id: made.apiKey.id },
      companyId,
      details: { ...detailsOf(made.apiKey), from: keyId, previousExpiresAt: previous.expiresAt.toISOString() },
    });
    return { ...made, previous };
  });
}

/** @throws RefusedError `conflict` */
async function assertCanBeRotated(ctx: Context, tx: Transaction, { id: keyId, name, state }: KeyRow): Promise<void> {
  if (state === "revoked" || state === "expired") {
    throw new RefusedError("conflict", `The key "${name}" does not work any more (${state}). Create a new one.`);
  }
  const successor = await FIND_SUCCESSOR.first(tx, { id: keyId, now: ctx.clock.now() });
  if (!successor) return;
  const sentence = `The key "${name}" has been rotated already: use "${successor.name}", or revoke that one first.`;
  throw new RefusedError("conflict", sentence);
}

/** As long as the old one was meant to work; less for a key that makes one, as it cannot be outlived. */
function sameLifetime(ctx: Context & Acting, { createdAt, expiresAt: end }: OwnedKey): Date {
  const lifetime = Math.min(end.getTime() - createdAt.getTime(), LONGEST_MS);
  const limit = "expiresAt" in ctx.actor ? ctx.actor.expiresAt.getTime() : Number.POSITIVE_INFINITY;
  return new Date(Math.min(ctx.clock.now().getTime() + lifetime, limit));
}

/** `report`, `report #2`, `report #3`: after the last one that there was. */
async function nextName(tx: Transaction, name: string): Promise<string> {
  const base = name.replace(/ #\d{1,9}$/, "");
  const found = await FIND_LAST_NUMBER.first(tx, { base });
  return `${base} #${(found?.last ?? 1) + 1}`;
}

const END_BY = statement({
  sql: `UPDATE "ApiKey" SET "expiresAt" = LEAST("expiresAt", $2) WHERE "id" = $1`,
  params: { id: text, end: timestamp },
});

const FIND_SUCCESSOR = statement({
  sql: `SELECT "name" FROM "ApiKey" WHERE "rotatedFromId" = $1 AND "revokedAt" IS NULL AND "expiresAt" > $2 LIMIT 1`,
  params: { id: text, now: timestamp },
  row: { name: text },
});

const FIND_LAST_NUMBER = statement({
  sql: `SELECT max(substring("name" FROM ' #([0-9]{1,9})$')::int) AS "last" FROM "ApiKey" WHERE starts_with("name", $1 || ' #')`,
  params: { base: text },
  row: { last: nullable(int) },
});
