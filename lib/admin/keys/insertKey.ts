import { DeniedError, notFound, RefusedError } from "../../api/errors.ts";
import { assertMayGrant } from "../../api/mayGrant.ts";
import type { Acting } from "../../api/operation.ts";
import { makeApiKey } from "../../auth/apiKeys.ts";
import type { Context } from "../../context.ts";
import type { Transaction } from "../../db/pool.ts";
import { arrayOf, nullable, statement, text, timestamp } from "../../db/statement.ts";
import { type OwnerIds, permissionsOfKey, readOwner } from "./keyOwner.ts";
import { type KeyRow, READ_KEY } from "./keyRow.ts";

const DAY_MS = 86_400_000;
/** A year, a leap year too. */
export const LONGEST_DAYS = 366;
export const DEFAULT_DAYS = 90;

export interface NewKey {
  name: string;
  owner: OwnerIds;
  scopes: readonly string[];
  allowedAddresses: readonly string[];
  expiresAt: Date | undefined;
  rotatedFromId: string | null;
}

/**
 * Makes a key, for whoever may give what it may.
 * @throws RefusedError `not_found`, `conflict`, `invalid_input`, `forbidden`
 */
export async function insertKey(
  ctx: Context & Acting,
  tx: Transaction,
  action: string,
  wanted: NewKey,
): Promise<{ apiKey: KeyRow; key: string }> {
  const { name, owner, scopes } = wanted;
  assertMayGrant(ctx, action, permissionsOfKey(await readOwner(tx, owner), scopes));
  const now = ctx.clock.now();
  const expiresAt = expiryOf(ctx, action, now, wanted.expiresAt);
  const allowedAddresses = addressesOf(ctx, action, wanted.allowedAddresses);
  const { key, hash, prefix } = makeApiKey();
  const id = ctx.newId();
  const { ownerId = null, serviceAccountId = null, companyId = null } = owner;
  const inserted = await INSERT.run(tx, {
    id,
    name,
    ownerId,
    serviceAccountId,
    companyId,
    scopes,
    allowedAddresses,
    hash,
    prefix,
    createdBy: ctx.actor.name,
    now,
    expiresAt,
    rotatedFromId: wanted.rotatedFromId,
  });
  if (!inserted)
    throw new RefusedError("conflict", `A key named "${name}" exists or existed before. Choose another name.`);
  const apiKey = await READ_KEY.first(tx, { id, now });
  if (!apiKey) throw notFound("key");
  return { apiKey, key };
}

/** What is recorded of a key that was made. */
export function detailsOf({ owner, role, scopes, allowedAddresses, expiresAt }: KeyRow): Record<string, unknown> {
  return { owner: `${owner.kind}/${owner.id}`, role, scopes, allowedAddresses, expiresAt: expiresAt.toISOString() };
}

/** No key lives for longer than a year, nor makes one that outlives it. */
function expiryOf({ actor }: Acting, action: string, now: Date, wanted: Date | undefined): Date {
  const end = "expiresAt" in actor ? actor.expiresAt : undefined;
  const after = (days: number) => new Date(now.getTime() + days * DAY_MS);
  if (!wanted) return end && end < after(DEFAULT_DAYS) ? end : after(DEFAULT_DAYS);
  if (wanted <= now) throw new RefusedError("invalid_input", "expiresAt: is in the past");
  if (wanted > after(LONGEST_DAYS)) {
    throw new RefusedError("invalid_input", "expiresAt: is more than a year from now. A key works for a year at most");
  }
  if (!end || wanted <= end) return wanted;
  const sentence = `A key cannot create one that works for longer than itself. This one expires at ${end.toISOString()}.`;
  throw new DeniedError(sentence, { action, details: { expiresAt: wanted.toISOString() } });
}

/** A key that works from some addresses only makes keys that work from some of these. */
function addressesOf({ actor }: Acting, action: string, wanted: readonly string[]): readonly string[] {
  const own = "allowedAddresses" in actor ? actor.allowedAddresses : [];
  if (own.length === 0) return wanted;
  if (wanted.length === 0) return own;
  const beyond = wanted.filter((address) => !own.includes(address));
  if (beyond.length === 0) return wanted;
  const sentence = `This key works from ${own.join(", ")} only, and so do the keys that it creates.`;
  throw new DeniedError(sentence, { action, details: { allowedAddresses: beyond } });
}

const INSERT = statement({
  sql: `INSERT INTO "ApiKey" ("id", "name", "ownerId", "serviceAccountId", "companyId", "scopes", "allowedAddresses", "hash",
          "prefix", "createdBy", "createdAt", "expiresAt", "rotatedFromId")
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT ("name") DO NOTHING`,
  params: {
    id: text,
    name: text,
    ownerId: nullable(text),
    serviceAccountId: nullable(text),
    companyId: nullable(text),
    scopes: arrayOf(text),
    allowedAddresses: arrayOf(text),
    hash: text,
    prefix: text,
    createdBy: text,
    now: timestamp,
    expiresAt: timestamp,
    rotatedFromId: nullable(text),
  },
});
