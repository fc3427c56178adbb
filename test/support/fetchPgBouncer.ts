import { execFile } from "node:child_process";
import { access, chmod, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** How to start PgBouncer: the program, and where its libraries are if they came with it. */
export interface PgBouncer {
  program: string;
  libraries: string | undefined;
}

const INSTALLED = ["/usr/sbin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].map((at) => join(at, "pgbouncer"));
/** The libraries of Debian's packages lie in one folder for each kind of processor. */
const LIBRARIES = "usr/lib";

/**
 * The real PgBouncer: the one that is installed, or Debian's package with what it lacks here, unpacked into a folder of
 * temporary files. Nothing is installed, so no service starts and nobody has to be root.
 */
export async function findPgBouncer(): Promise<PgBouncer> {
  for (const program of INSTALLED) if (await exists(program)) return { program, libraries: undefined };
  const folder = join(tmpdir(), `livedash-pgbouncer-${process.getuid?.() ?? "user"}`);
  const program = join(folder, "usr/sbin/pgbouncer");
  if (!(await exists(program))) await unpackTo(folder);
  const kinds = (await readdir(join(folder, LIBRARIES))).filter((name) => name.includes("-linux-"));
  return { program, libraries: kinds.map((kind) => join(folder, LIBRARIES, kind)).join(":") };
}

/** Aside and then moved: processes that start together do not meet. */
async function unpackTo(folder: string): Promise<void> {
  const aside = await mkdtemp(`${folder}-`);
  try {
    await chmod(aside, 0o755); // PgBouncer runs as another user when this process is root.
    await download(join(aside, "apt"));
    const archives = join(aside, "apt/archives");
    for (const name of await readdir(archives)) {
      if (name.endsWith(".deb")) await succeed("dpkg-deb", "-x", join(archives, name), aside);
    }
    await rm(join(aside, "apt"), { recursive: true });
    await rename(aside, folder);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    // Another process was first: its copy is as good.
    if (!(await exists(join(folder, "usr/sbin/pgbouncer")))) throw error;
  }
}

/** With lists of packages of its own: the machine's may be old, or none. */
async function download(folder: string): Promise<void> {
  for (const part of ["lists/partial", "archives/partial"]) await mkdir(join(folder, part), { recursive: true });
  const options = [
    `Dir::State::lists=${folder}/lists`,
    `Dir::Cache=${folder}`,
    `Dir::Cache::archives=${folder}/archives`,
    "Debug::NoLocking=1",
    "APT::Sandbox::User=",
    "Acquire::Languages=none",
  ].flatMap((option) => ["-o", option]);
  await succeed("apt-get", ...options, "update");
  await succeed("apt-get", ...options, "install", "--download-only", "--no-install-recommends", "--yes", "pgbouncer");
}

async function succeed(program: string, ...args: string[]): Promise<void> {
  await promisify(execFile)(program, args).catch((cause: Error) => {
    const sentence = `This test needs PgBouncer, and Debian's package of it cannot be fetched (${program}). Install pgbouncer, then run the test again.`;
    throw new Error(`${sentence}\n${cause.message}`, { cause });
  });
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}
