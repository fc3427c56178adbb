import { hash, randomBytes } from "node:crypto";
import type { Context } from "../context.ts";
import type { CompanyStatus, PlatformRole } from "../db/generated/enums.ts";
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
  const [row] = await findKeys(ctx, "hash", [hash("sha256", key, "hex")]);
  if (!row || realmOf(row) !== realm) return undefined;
  const closed = row.companyStatus && whyClosed(row.companyStatus);
  if (closed) return { kind: "refused", code: "company_suspended", message: closed };
  if (!isAllowedAddress(row.allowedAddresses, from)) {
    const message = `This key does not work from the address ${from ?? "of this call"}.`;
    return { kind: "refused", code: "address_not_allowed", message };
  }
  const now = ctx.clock.now();
  if (!row.lastUsedAt || now.getTime() - row.lastUsedAt.getTime() > USE_NOTED_EVERY_MS) {
    await ctx.db.query(`UPDATE "ApiKey" SET "lastUsedAt" = $2 WHERE "id" = $1`, [row.id, now]);
  }
  return toActor(row);
}

/** How a key begins, to be told from others; null if it is no key of ours, but perhaps a secret of something else. */
export function prefixOf(key: string): string | null {
  return key.startsWith(PREFIX) ? key.slice(0, SHOWN_CHARACTERS) : null;
}

/** A key of ours, whether or not it is let in. */
export async function findKeyByText(ctx: Context, key: string) {
  const { rows } = await ctx.db.query<{ id: string; name: string; revokedAt: Date | null; expiresAt: Date }>(
    `SELECT "id", "name", "revokedAt", "expiresAt" FROM "ApiKey" WHERE "hash" = $1`,
    [hash("sha256", key, "hex")],
  );
  return rows[0];
}

/** The same for keys that have been let in before, by their ids; without those that would not be any more. */
export async function findKeyActors(
  ctx: Context,
  ids: readonly string[],
): Promise<Map<string, KeyActor | CompanyKeyActor>> {
  if (ids.length === 0) return new Map();
  const open = (await findKeys(ctx, "id", ids)).filter((row) => !row.companyStatus || !whyClosed(row.companyStatus));
  return new Map(open.flatMap((row) => toActor(row) ?? []).map((actor) => [actor.id, actor]));
}

interface KeyRow {
  id: string;
  name: string;
  ownerId: string | null;
  scopes: string[];
  allowedAddresses: string[];
  expiresAt: Date;
  lastUsedAt: Date | null;
  /** Of the platform user or the service account whose key it is, as it is now. */
  role: PlatformRole | null;
  companyId: string | null;
  companyStatus: CompanyStatus | null;
}

async function findKeys({ db, clock }: Context, by: "hash" | "id", values: readonly string[]): Promise<KeyRow[]> {
  const { rows } = await db.query<KeyRow>(
    `SELECT k."id", k."name", k."ownerId", k."scopes", k."allowedAddresses", k."expiresAt", k."lastUsedAt",
            COALESCE(u."role", a."role") AS "role", k."companyId", c."status" AS "companyStatus"
       FROM "ApiKey" k
       LEFT JOIN "PlatformUser" u ON u."id" = k."ownerId"
       LEFT JOIN "ServiceAccount" a ON a."id" = k."serviceAccountId"
       LEFT JOIN "Company" c ON c."id" = k."companyId"
      WHERE k."${by}" = ANY($1) AND k."revokedAt" IS NULL AND k."expiresAt" > $2
        AND COALESCE(u."disabledAt", a."disabledAt") IS NULL`,
    [values, clock.now()],
  );
  return rows;
}

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
