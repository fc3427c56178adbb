import { execFile } from "node:child_process";
import { access, chmod, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** How to start a program: where it is, and where its libraries are if they came with it. */
export interface Program {
  path: string;
  env: Record<string, string>;
}

/** What Debian calls the packages. */
const PACKAGES = {
  pgbouncer: "pgbouncer",
  nginx: "nginx",
  caddy: "caddy",
  pg_dump: "postgresql-client",
  debootstrap: "debootstrap",
};
type Name = keyof typeof PACKAGES;

const FOLDERS = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];
/** Where Debian keeps the real programs of PostgreSQL; in `usr/bin` there is what chooses one. */
const POSTGRES = "usr/lib/postgresql";
/** The libraries of Debian's packages lie in one folder for each kind of processor. */
const LIBRARIES = "usr/lib";

/**
 * The real program of this name: the one that is installed, or that of Debian's package of the same name with what it lacks here,
 * unpacked into a folder of temporary files. Nothing is installed, so no service starts and nobody has to be root.
 */
export async function findProgram(name: Name): Promise<Program> {
  const real = await ofPostgres("/", name);
  if (real) return { path: real, env: {} };
  for (const folder of FOLDERS) if (await exists(join(folder, name))) return { path: join(folder, name), env: {} };
  const folder = join(tmpdir(), `livedash-${name}-${process.getuid?.() ?? "user"}`);
  const path = (await unpackedIn(folder, name)) ?? (await unpackTo(folder, name));
  // All that it needs may have been here already.
  const brought = (await exists(join(folder, LIBRARIES))) ? await readdir(join(folder, LIBRARIES)) : [];
  const kinds = brought.filter((kind) => kind.includes("-linux-"));
  const libraries = kinds.map((kind) => join(folder, LIBRARIES, kind)).join(":");
  return { path, env: libraries ? { LD_LIBRARY_PATH: libraries } : {} };
}

/** Aside and then moved: processes that start together do not meet. */
async function unpackTo(folder: string, name: Name): Promise<string> {
  const aside = await mkdtemp(`${folder}-`);
  try {
    await chmod(aside, 0o755); // Some of them run as another user when this process is root.
    await download(join(aside, "apt"), PACKAGES[name]);
    const archives = join(aside, "apt/archives");
    for (const file of await readdir(archives)) {
      if (file.endsWith(".deb")) await succeed(name, "dpkg-deb", "-x", join(archives, file), aside);
    }
    await rm(join(aside, "apt"), { recursive: true });
    await rename(aside, folder);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    // Another process was first: its copy is as good.
    if (!(await unpackedIn(folder, name))) throw error;
  }
  return (await unpackedIn(folder, name)) ?? join(folder, name);
}

async function unpackedIn(folder: string, name: string): Promise<string | undefined> {
  const real = await ofPostgres(folder, name);
  if (real) return real;
  for (const at of ["usr/sbin", "usr/bin"]) if (await exists(join(folder, at, name))) return join(folder, at, name);
  return undefined;
}

async function ofPostgres(root: string, name: string): Promise<string | undefined> {
  if (name !== "pg_dump") return undefined;
  const releases = await readdir(join(root, POSTGRES)).catch(() => []);
  const paths = releases
    .sort((a, b) => Number(b) - Number(a))
    .map((release) => join(root, POSTGRES, release, "bin", name));
  for (const path of paths) if (await exists(path)) return path;
  return undefined;
}

/** With lists of packages of its own: the machine's may be old, or none. */
async function download(folder: string, name: string): Promise<void> {
  for (const part of ["lists/partial", "archives/partial"]) await mkdir(join(folder, part), { recursive: true });
  const options = [
    `Dir::State::lists=${folder}/lists`,
    `Dir::Cache=${folder}`,
    `Dir::Cache::archives=${folder}/archives`,
    "Debug::NoLocking=1",
    "APT::Sandbox::User=",
    "Acquire::Languages=none",
  ].flatMap((option) => ["-o", option]);
  await succeed(name, "apt-get", ...options, "update");
  await succeed(name, "apt-get", ...options, "install", "--download-only", "--no-install-recommends", "--yes", name);
}

async function succeed(name: string, program: string, ...args: string[]): Promise<void> {
  await promisify(execFile)(program, args).catch((cause: Error) => {
    const sentence = `This test needs ${name}, and Debian's package of it cannot be fetched (${program}). Install ${name}, then run the test again.`;
    throw new Error(`${sentence}\n${cause.message}`, { cause });
  });
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}
