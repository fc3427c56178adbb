import { hkdfSync, randomBytes } from "node:crypto";
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../config.ts";
import { codeOf, LiveDashError } from "../errors.ts";

const FILE = "secret";
const PREVIOUS_FILE = "secret.previous";

/** What the configuration says of the secret: the one in use, and the one that is being replaced. */
export type Keyed = Pick<Config, "LIVEDASH_SECRET"> & Partial<Pick<Config, "LIVEDASH_SECRET_PREVIOUS">>;

/**
 * The secret of an installation that has none configured, kept beside its embedded database: made once, readable by its
 * owner alone. Processes that start together agree on one.
 */
export async function readOrMakeSecret(dataDir: string): Promise<Required<Keyed>> {
  const file = join(dataDir, FILE);
  await mkdir(dataDir, { recursive: true });
  await makeUnlessThere(file);
  return { LIVEDASH_SECRET: await read(file), LIVEDASH_SECRET_PREVIOUS: await readPrevious(dataDir) };
}

/**
 * Puts a new secret in the place of the one that was generated; the old one stays beside it until `forgetPreviousSecret`.
 * Where that is so already, a rotation was interrupted: it goes on with the same two.
 */
export async function replaceSecret(dataDir: string): Promise<Required<Keyed>> {
  const { LIVEDASH_SECRET, LIVEDASH_SECRET_PREVIOUS } = await readOrMakeSecret(dataDir);
  if (LIVEDASH_SECRET_PREVIOUS === undefined || LIVEDASH_SECRET_PREVIOUS === LIVEDASH_SECRET) {
    await putWhole(join(dataDir, PREVIOUS_FILE), `${LIVEDASH_SECRET}`);
    await putWhole(join(dataDir, FILE), makeSecret());
  }
  return readOrMakeSecret(dataDir);
}

export async function forgetPreviousSecret(dataDir: string): Promise<void> {
  await rm(join(dataDir, PREVIOUS_FILE), { force: true });
}

/** The file appears under its name with all that is in it: nobody reads half a secret, whoever else makes one or is killed. */
async function makeUnlessThere(file: string): Promise<void> {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    await writeFile(draft, makeSecret(), { flag: "wx", mode: 0o600, flush: true });
    await link(draft, file);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Whatever happens meanwhile, the file holds what it held or all of this: half a secret would open nothing any more. */
async function putWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}

function makeSecret(): string {
  return randomBytes(32).toString("base64url");
}

async function read(file: string): Promise<string> {
  return (await readFile(file, "utf8")).trim();
}

async function readPrevious(dataDir: string): Promise<string | undefined> {
  try {
    return await read(join(dataDir, PREVIOUS_FILE));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** A secret as it is used: what it makes carries its id, so that it is known which of two it was made with. */
export interface SecretKey {
  /** Eight hexadecimal digits, which tell nothing of the secret. */
  id: string;
  /** A key for one purpose, 32 bytes (HKDF-SHA-256, RFC 5869). */
  derive(purpose: string): Buffer;
}

/**
 * The key of LIVEDASH_SECRET.
 * @throws LiveDashError `no_secret`
 */
export function currentKey(config: Keyed): SecretKey {
  if (config.LIVEDASH_SECRET) return keyOf(config.LIVEDASH_SECRET);
  throw new LiveDashError(
    "no_secret",
    "LIVEDASH_SECRET is not set, but sign-in and stored credentials need it. Set it to 32 random bytes, for example from `openssl rand -base64 32`. Use the same value for every process.",
  );
}

/** The key of LIVEDASH_SECRET_PREVIOUS, while a secret is being replaced. */
export function previousKey(config: Keyed): SecretKey | undefined {
  const { LIVEDASH_SECRET: current, LIVEDASH_SECRET_PREVIOUS: previous } = config;
  return previous && previous !== current ? keyOf(previous) : undefined;
}

/** The keys that there are, the current one first; none without LIVEDASH_SECRET. */
export function keysOf(config: Keyed): SecretKey[] {
  const previous = previousKey(config);
  return config.LIVEDASH_SECRET ? [currentKey(config), ...(previous ? [previous] : [])] : [];
}

function keyOf(secret: string): SecretKey {
  const derive = (purpose: string) => Buffer.from(hkdfSync("sha256", secret, "", `livedash/${purpose}`, 32));
  return { id: derive("key-id").toString("hex", 0, 4), derive };
}
