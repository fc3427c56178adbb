import { createHash, randomBytes } from "node:crypto";
import type { Context } from "../context.ts";
import type { PlatformRole } from "../db/generated/enums.ts";
import type { KeyActor } from "./actor.ts";
import { permissionsOfRole } from "./permissions.ts";

const PREFIX = "ldk_";
const SHOWN_CHARACTERS = 10;
const LONGEST = 200;
/** How exact `lastUsedAt` is: a key that works all the time need not write its row at every call. */
const USE_NOTED_EVERY_MS = 60_000;

/** A new key: what is shown once, and what is stored of it. */
export function makeApiKey(): { key: string; hash: string; prefix: string } {
  const key = PREFIX + randomBytes(32).toString("base64url");
  return { key, hash: hashOf(key), prefix: key.slice(0, SHOWN_CHARACTERS) };
}

/** Who a key belongs to; undefined if it is unknown, revoked or has expired. */
export async function findKeyActor(ctx: Context, key: string): Promise<KeyActor | undefined> {
  if (!key.startsWith(PREFIX) || key.length > LONGEST) return undefined;
  const row = await findKey(ctx, "hash", hashOf(key));
  if (!row) return undefined;
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
  const { rows } = await ctx.db.query<{ id: string; name: string; revokedAt: Date | null; expiresAt: Date | null }>(
    `SELECT "id", "name", "revokedAt", "expiresAt" FROM "ApiKey" WHERE "hash" = $1`,
    [hashOf(key)],
  );
  return rows[0];
}

/** The same for a key that has been let in before. */
export async function findKeyActorById(ctx: Context, id: string): Promise<KeyActor | undefined> {
  const row = await findKey(ctx, "id", id);
  return row && toActor(row);
}

interface KeyRow {
  id: string;
  name: string;
  role: PlatformRole;
  scopes: string[];
  lastUsedAt: Date | null;
}

async function findKey({ db, clock }: Context, by: "hash" | "id", value: string): Promise<KeyRow | undefined> {
  const { rows } = await db.query<KeyRow>(
    `SELECT "id", "name", "role", "scopes", "lastUsedAt" FROM "ApiKey"
      WHERE "${by}" = $1 AND "revokedAt" IS NULL AND ("expiresAt" IS NULL OR "expiresAt" > $2)`,
    [value, clock.now()],
  );
  return rows[0];
}

function toActor({ id, name, role, scopes }: KeyRow): KeyActor {
  return { kind: "key", id, name, role, permissions: permissionsOfRole(role, scopes) };
}

function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}
