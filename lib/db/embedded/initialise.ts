import { randomBytes } from "node:crypto";
import { chown, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { codeOf, LiveDashError } from "../../errors.ts";
import type { Place } from "./place.ts";
import { run } from "./run.ts";
import { cannotRun, diskFull, notWritable, tellsOfFullDisk } from "./startErrors.ts";

/** The name of PostgreSQL's superuser in an embedded server; its password is in the password file. */
export const SUPERUSER = "livedash";
const ABANDONED_AFTER_MS = 15 * 60_000;

/**
 * Creates the server's files unless they are there. They are made aside and put in place by one rename: a process that
 * is killed half-way leaves nothing that looks finished, and of two that do it at once, one wins and both go on.
 * Errors: embedded_postgres_init, embedded_postgres_version, and those of notWritable.
 */
export async function initialise(place: Place, durable: boolean): Promise<void> {
  if (await hasData(place)) return;
  const parent = path.dirname(place.home);
  await removeAbandoned(parent, path.basename(place.home));
  const unfinished = await mkdtemp(`${place.home}.new-`).catch((error) => {
    throw notWritable(parent, error);
  });
  try {
    await createFiles(place, unfinished, durable);
    await rename(unfinished, place.home);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    const lostRace = ["ENOTEMPTY", "EEXIST"].includes(codeOf(error) ?? "");
    if (lostRace && (await hasData(place))) return;
    throw error instanceof LiveDashError ? error : notWritable(parent, error);
  }
}

/** The password that protects the server; it was generated when the data was created. */
export async function readPassword(place: Place): Promise<string> {
  try {
    return (await readFile(place.passwordFile, "utf8")).trim();
  } catch (error) {
    throw notWritable(place.passwordFile, error);
  }
}

async function hasData(place: Place): Promise<boolean> {
  let version: string;
  try {
    version = (await readFile(path.join(place.data, "PG_VERSION"), "utf8")).trim();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw notWritable(place.data, error);
  }
  const brought = place.binaries.version.split(".")[0] ?? "";
  if (version === brought) return true;
  throw new LiveDashError(
    "embedded_postgres_version",
    `The data in ${place.data} was written by PostgreSQL ${version}, but this LiveDash includes ${brought}. Use the LiveDash version that wrote it, or set DATABASE_URL.`,
  );
}

async function createFiles(place: Place, folder: string, durable: boolean): Promise<void> {
  const passwordFile = path.join(folder, "password");
  await writeFile(passwordFile, `${randomBytes(24).toString("hex")}\n`, { mode: 0o600, flag: "wx" });
  if (place.user !== undefined) {
    await chown(passwordFile, place.user.uid, place.user.gid);
    await chown(folder, place.user.uid, place.user.gid);
  }
  const args = ["--pgdata", path.join(folder, "data"), "--username", SUPERUSER, "--pwfile", passwordFile];
  args.push("--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions", ...localeArguments(place.binaries.version));
  if (!durable) args.push("--no-sync");
  const outcome = await run(place.binaries.initdb, args, place.user).catch((cause) => {
    throw cannotRun(place.binaries.initdb, cause);
  });
  if (outcome.code === 0) return;
  if (tellsOfFullDisk(outcome.output)) throw diskFull(folder);
  const lines = outcome.output.split("\n").filter((line) => line.startsWith("initdb:") || line.includes("FATAL:"));
  const reason = lines.find((line) => !line.includes("removing "));
  throw new LiveDashError(
    "embedded_postgres_init",
    `PostgreSQL could not create its files in ${folder} (${reason?.trim() ?? `initdb ended with ${outcome.code}`}). Fix this, or set DATABASE_URL.`,
  );
}

/** Letters by their code points, the same on every machine. Releases before 17 have that from the system alone. */
function localeArguments(version: string): string[] {
  const isBuiltIn = Number.parseInt(version, 10) >= 17;
  return isBuiltIn ? ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"] : ["--locale=C.UTF-8"];
}

/** What a process that was killed during its first start left behind. */
async function removeAbandoned(parent: string, name: string): Promise<void> {
  for (const entry of await readdir(parent)) {
    if (!entry.startsWith(`${name}.new-`)) continue;
    const folder = path.join(parent, entry);
    const info = await stat(folder).catch(() => undefined);
    if (info !== undefined && Date.now() - info.mtimeMs > ABANDONED_AFTER_MS) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
