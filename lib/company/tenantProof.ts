import { createHmac } from "node:crypto";
import type { Database } from "../db/pool.ts";
import { bytes, statement } from "../db/statement.ts";
import { LiveDashError } from "../errors.ts";

/** What PostgreSQL answers to a company without its proof: `livedash_company()` of the migrations says so. */
export const NOT_PROVED = "LD001";

/** The key of each database, read once. */
const keys = new WeakMap<Database, Promise<Buffer>>();

/**
 * What shows that it is the application that reads for this company. The tenants' login cannot make it: it may not read the
 * key, and of the proofs it has met only those of its own company.
 */
export async function proofOf(db: Database, companyId: string): Promise<string> {
  let key = keys.get(db);
  if (!key) {
    key = readKey(db);
    keys.set(db, key);
    key.catch(() => keys.delete(db));
  }
  return createHmac("sha256", await key)
    .update(companyId)
    .digest("hex");
}

/** The database has another key by now: another one was restored in its place. */
export function forgetKey(db: Database): void {
  keys.delete(db);
}

async function readKey(db: Database): Promise<Buffer> {
  const found = await READ_KEY.first(db, {});
  if (found) return found.key;
  throw new LiveDashError("tenant_key_missing", "The table TenantKey is empty. Restore its row from a backup.");
}

const READ_KEY = statement({ sql: `SELECT "key" FROM "TenantKey"`, row: { key: bytes } });
