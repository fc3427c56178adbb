import { createHash } from "node:crypto";
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, realpath, rename, rm } from "node:fs/promises";
import path from "node:path";
import { codeOf, LiveDashError } from "../../errors.ts";
import { type Binaries, binariesIn } from "./binaries.ts";
import { run, type ServerUser } from "./run.ts";
import { findServerUser } from "./server-user.ts";
import { notWritable } from "./startErrors.ts";

/** Where one embedded server lives. `home` belongs to the server's user and holds everything else, mode 0700. */
export type Place = {
  home: string;
  data: string;
  passwordFile: string;
  logFile: string;
  binaries: Binaries;
  user: ServerUser | undefined;
  note?: string;
};

/** Folders of the system for data that must survive; only root can create anything in them. */
const OUTSIDE = ["/var/lib", "/var/db"];

/**
 * Decides where the server's files are. An ordinary user: in `dataDir`. Root: there too, under an unprivileged user,
 * unless that user cannot reach it; then data (and binaries, if need be) go to /var/lib/livedash and `note` says so.
 * Errors: embedded_postgres_not_writable, embedded_postgres_owner, embedded_postgres_user.
 */
export async function choosePlace(dataDir: string, binaries: Binaries): Promise<Place> {
  const wanted = await makeFolder(path.resolve(dataDir));
  if (process.getuid?.() !== 0) return placeIn(wanted, binaries, undefined);

  const user = await findServerUser(path.join(wanted, "server"));
  const programs = (await canReach(user, binaries.postgres)) ? binaries : await copyBinaries(binaries);
  if (await canReach(user, wanted)) return placeIn(wanted, programs, user);

  const name = createHash("sha256").update(wanted).digest("hex").slice(0, 16);
  const outside = await makeFolder(path.join(await outsideFolder(), `data-${name}`), 0o755);
  const place = await placeIn(outside, programs, user);
  return {
    ...place,
    note: `PostgreSQL does not run as root, and its own user cannot access ${wanted}. The data is in ${place.home}.`,
  };
}

async function placeIn(folder: string, binaries: Binaries, user: ServerUser | undefined): Promise<Place> {
  const home = path.join(folder, "server");
  const owner = await ownerOf(home);
  const expected = user?.uid ?? process.getuid?.();
  if (owner !== undefined && owner !== expected) {
    throw new LiveDashError(
      "embedded_postgres_owner",
      `The database folder ${home} belongs to another user (id ${owner}). Start LiveDash as the user who first started it, or set DATABASE_URL.`,
    );
  }
  const inside = (name: string) => path.join(home, name);
  return {
    home,
    data: inside("data"),
    passwordFile: inside("password"),
    logFile: inside("server.log"),
    binaries,
    user,
  };
}

async function ownerOf(folder: string): Promise<number | undefined> {
  try {
    return (await lstat(folder)).uid;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw notWritable(folder, error);
  }
}

/** Whether `user` can get to a file or folder: asked of the system itself, since modes alone do not tell. */
async function canReach(user: ServerUser, target: string): Promise<boolean> {
  const { code } = await run("/bin/sh", ["-c", 'test -x "$1"', "sh", target], user).catch((cause) => {
    throw new LiveDashError(
      "embedded_postgres_user",
      "PostgreSQL does not run as root, and this system does not let root start programs as another user. Run LiveDash as a regular user, or set DATABASE_URL.",
      { cause },
    );
  });
  return code === 0;
}

/** /var/lib/livedash: root's own, in a folder where only root can create, so nobody else can have planted it. */
async function outsideFolder(): Promise<string> {
  for (const parent of OUTSIDE) {
    const info = await lstat(parent).catch(() => undefined);
    if (!info?.isDirectory() || info.uid !== 0 || (info.mode & 0o022) !== 0) continue;
    const folder = await makeFolder(path.join(parent, "livedash"), 0o755);
    if ((await lstat(folder)).uid === 0) return folder;
  }
  throw new LiveDashError(
    "embedded_postgres_not_writable",
    `PostgreSQL does not run as root, and there is no place for its data outside this folder (tried ${OUTSIDE.join(", ")}). Run LiveDash as a regular user, or set DATABASE_URL.`,
  );
}

/** Copies the programs once, whole or not at all, to where every user can run them. */
async function copyBinaries(binaries: Binaries): Promise<Binaries> {
  const parent = await outsideFolder();
  const copy = binariesIn(
    path.join(parent, `postgresql-${binaries.version}-${process.platform}-${process.arch}`),
    binaries.version,
  );
  if ((await ownerOf(copy.root)) !== undefined) return copy;
  const unfinished = await mkdtemp(`${copy.root}.new-`);
  try {
    await cp(binaries.root, unfinished, { recursive: true, verbatimSymlinks: true });
    await openToAll(unfinished);
    await rename(unfinished, copy.root);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if ((await ownerOf(copy.root)) === undefined) throw notWritable(parent, error);
  }
  return copy;
}

async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const target = path.join(entry.parentPath, entry.name);
    if (!entry.isSymbolicLink()) await chmod(target, 0o755);
  }
}

/** Creates a folder and answers its real path, the one that PostgreSQL reports for it. `mode` is set on a new one only. */
async function makeFolder(folder: string, mode?: number): Promise<string> {
  try {
    const created = await mkdir(folder, { recursive: true });
    if (created !== undefined && mode !== undefined) await chmod(folder, mode);
    return await realpath(folder);
  } catch (error) {
    throw notWritable(folder, error);
  }
}
