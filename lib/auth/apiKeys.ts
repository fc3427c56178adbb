import { hash, randomBytes } from "node:crypto";
import type { Context } from "../context.ts";
import { CompanyStatus, PlatformRole } from "../db/enums.ts";
import { arrayOf, known, nullable, oneOf, type RowOf, statement, text, timestamp } from "../db/statement.ts";
import type { CompanyKeyActor, KeyActor, KeyRefusal, Realm } from "./actor.ts";
import { isAllowedAddress } from "./addresses.ts";
import { whyClosed } from "./companyAccess.ts";
import { permissionsOfCompanyKey, permissionsOfRole } from "./permissions.ts";

const PREFIX = "ldk_";
const SHOWN_CHARACTERS = 10;
const LONGEST = 200;
/** How exact `lastUsedAt` is: a key that works all the time need not write its row at every call. */
const USE_NOTED_EVERY_MS = 60_000;

/** A new key: what is shown once, and what is stored of it. */
export function makeApiKey(): { key: string; hash: string; prefix: string } {
  const key = PREFIX + randomBytes(32).toString("base64url");
  return { key, hash: hash("sha256", key, "hex"), prefix: key.slice(0, SHOWN_CHARACTERS) };
}

/**
 * Who a key lets in; undefined if it is unknown, of the other realm, revoked, expired, or its owner is disabled.
 * @param from the address that the call comes from
 */
export async function findKeyActor(
  ctx: Context,
  realm: Realm,
  key: string,
  from: string | null,
): Promise<KeyActor | CompanyKeyActor | KeyRefusal | undefined> {
  if (!key.startsWith(PREFIX) || key.length > LONGEST) return undefined;
  const now = ctx.clock.now();
  const row = await FIND_BY.hash.first(ctx.db, { values: [hash("sha256", key, "hex")], now });
  if (!row || realmOf(row) !== realm) return undefined;
  const closed = row.companyStatus && whyClosed(row.companyStatus);
  if (closed) return { kind: "refused", code: "company_suspended", message: closed };
  if (!isAllowedAddress(row.allowedAddresses, from)) {
    const message = `This key does not work from the address ${from ?? "of this call"}.`;
    return { kind: "refused", code: "address_not_allowed", message };
  }
  if (!row.lastUsedAt || now.getTime() - row.lastUsedAt.getTime() > USE_NOTED_EVERY_MS) {
    await NOTE_USE.run(ctx.db, { id: row.id, now });
  }
  return toActor(row);
}

const NOTE_USE = statement({
  sql: `UPDATE "ApiKey" SET "lastUsedAt" = $2 WHERE "id" = $1`,
  params: { id: text, now: timestamp },
});

/** How a key begins, to be told from others; null if it is no key of ours, but perhaps a secret of something else. */
export function prefixOf(key: string): string | null {
  return key.startsWith(PREFIX) ? key.slice(0, SHOWN_CHARACTERS) : null;
}

/** A key of ours, whether or not it is let in. */
export async function findKeyByText(ctx: Context, key: string) {
  return FIND_BY_HASH.first(ctx.db, { hash: hash("sha256", key, "hex") });
}

const FIND_BY_HASH = statement({
  sql: `SELECT "id", "name", "revokedAt", "expiresAt" FROM "ApiKey" WHERE "hash" = $1`,
  params: { hash: text },
  row: { id: text, name: text, revokedAt: nullable(timestamp), expiresAt: timestamp },
});

/** The same for keys that have been let in before, by their ids; without those that would not be any more. */
export async function findKeyActors(
  ctx: Context,
  ids: readonly string[],
): Promise<Map<string, KeyActor | CompanyKeyActor>> {
  if (ids.length === 0) return new Map();
  const found = await FIND_BY.id.rows(ctx.db, { values: ids, now: ctx.clock.now() });
  const open = found.filter((row) => !row.companyStatus || !whyClosed(row.companyStatus));
  return new Map(open.flatMap((row) => toActor(row) ?? []).map((actor) => [actor.id, actor]));
}

type KeyRow = RowOf<(typeof FIND_BY)["id"]>;

/** Keys that count, each with the role of the platform user or the service account whose it is, as it is now. */
const findBy = (column: "hash" | "id") =>
  statement({
    sql: `SELECT k."id", k."name", k."ownerId", k."scopes", k."allowedAddresses", k."expiresAt", k."lastUsedAt",
                 COALESCE(u."role", a."role") AS "role", k."companyId", c."status" AS "companyStatus"
            FROM "ApiKey" k
            LEFT JOIN "PlatformUser" u ON u."id" = k."ownerId"
            LEFT JOIN "ServiceAccount" a ON a."id" = k."serviceAccountId"
            LEFT JOIN "Company" c ON c."id" = k."companyId"
           WHERE k."${column}" = ANY($1) AND k."revokedAt" IS NULL AND k."expiresAt" > $2
             AND COALESCE(u."disabledAt", a."disabledAt") IS NULL`,
    params: { values: arrayOf(text), now: timestamp },
    row: {
      id: known(text),
      name: known(text),
      ownerId: nullable(text),
      scopes: known(arrayOf(text)),
      allowedAddresses: known(arrayOf(text)),
      expiresAt: known(timestamp),
      lastUsedAt: nullable(timestamp),
      role: nullable(oneOf("PlatformRole", PlatformRole)),
      companyId: nullable(text),
      companyStatus: nullable(oneOf("CompanyStatus", CompanyStatus)),
    },
  });
const FIND_BY = { hash: findBy("hash"), id: findBy("id") };

function realmOf({ companyId }: KeyRow): Realm {
  return companyId === null ? "platform" : "company";
}

function toActor(row: KeyRow): KeyActor | CompanyKeyActor | undefined {
  const { id, name, scopes, expiresAt, allowedAddresses, companyId, role } = row;
  const common = { id, name, expiresAt, allowedAddresses };
  if (companyId !== null) {
    return { kind: "company_key", ...common, companyId, permissions: permissionsOfCompanyKey(scopes) };
  }
  if (role === null) return undefined;
  return {
    kind: "key",
    ...common,
    role,
    ownerId: row.ownerId ?? undefined,
    permissions: permissionsOfRole(role, scopes),
  };
}
