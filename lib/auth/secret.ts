import { hkdfSync, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../config.ts";
import { codeOf, LiveDashError } from "../errors.ts";

const FILE = "secret";

/**
 * The secret of an installation that has none configured, kept beside its embedded database: made once, readable by its
 * owner alone. Processes that start together agree on one.
 */
export async function readOrMakeSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, FILE);
  await mkdir(dataDir, { recursive: true });
  try {
    await writeFile(file, randomBytes(32).toString("base64url"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  return (await readFile(file, "utf8")).trim();
}

/**
 * A key for one purpose, 32 bytes, derived from LIVEDASH_SECRET (HKDF-SHA-256, RFC 5869).
 * @throws LiveDashError `no_secret`
 */
export function deriveKey(config: Pick<Config, "LIVEDASH_SECRET">, purpose: string): Buffer {
  if (!config.LIVEDASH_SECRET) {
    throw new LiveDashError(
      "no_secret",
      "LIVEDASH_SECRET is not set, but sign-in and stored credentials need it. Set it to 32 random bytes, for example from `openssl rand -base64 32`. Use the same value for every process.",
    );
  }
  return Buffer.from(hkdfSync("sha256", config.LIVEDASH_SECRET, "", `livedash/${purpose}`, 32));
}
