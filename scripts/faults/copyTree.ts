import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { codeOf } from "../../lib/errors.ts";

/** The root of the project. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A folder of its own that `remove` takes away. */
export interface TemporaryFolder {
  path: string;
  remove(): Promise<void>;
}

export async function makeTemporaryFolder(name: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), `livedash-${name}-`));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Copies the files of the project as they are now, those that git does not know yet included, without what is installed. */
export async function copyProject(to: string): Promise<void> {
  const listing = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const { stdout } = await promisify(execFile)("git", listing, { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 });
  for (const file of stdout.split("\0").filter(Boolean)) {
    await copyTree(join(ROOT, file), join(to, file)).catch((error) => {
      // Deleted since git last looked, or while this ran.
      if (codeOf(error) !== "ENOENT") throw error;
    });
  }
}

/** Copies files with their times: commands compare those to see whether they have to install something. */
export async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}

/** Lends a copy what is installed, package by package: caches that tools write beside the packages stay in the copy. */
export async function linkPackages(to: string): Promise<void> {
  const installed = join(ROOT, "node_modules");
  await mkdir(join(to, "node_modules"));
  for (const name of await readdir(installed)) {
    const isCache = name.startsWith(".") && name !== ".bin";
    if (!isCache) await symlink(join(installed, name), join(to, "node_modules", name));
  }
  await copyTree(join(installed, ".livedash-prepared"), join(to, "node_modules", ".livedash-prepared"));
}
