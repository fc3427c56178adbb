import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const PROJECT = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

/** The source of an earlier version, ready to be started: its packages are those of today. */
interface OldVersion {
  folder: string;
  remove(): Promise<void>;
}

/**
 * Unpacks version 0.1.0 from this repository's own history, with the client that Prisma generates for it.
 * @returns why that cannot be done, in a sentence, where the history is not here
 */
export async function unpackFirstVersion(): Promise<OldVersion | string> {
  const commit = /^## 0\.1\.0 [\s\S]*?its last commit is (\w+)\./m.exec(
    await readFile(join(PROJECT, "CHANGELOG.md"), "utf8"),
  )?.[1];
  if (!commit) throw new Error("CHANGELOG.md does not say which commit version 0.1.0 is.");
  const isHere = await run("git", ["cat-file", "-e", `${commit}^{commit}`], { cwd: PROJECT }).then(
    () => true,
    () => false,
  );
  if (!isHere) {
    return `The history of this repository is not here, and with it not commit ${commit} (version 0.1.0). Fetch it with \`git fetch --unshallow\`.`;
  }
  const folder = await mkdtemp(join(tmpdir(), "livedash-0.1.0-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await run("git", ["archive", `--output=${folder}/source.tar`, commit], { cwd: PROJECT });
    await run("tar", ["-xf", "source.tar"], { cwd: folder });
    await symlink(join(PROJECT, "node_modules"), join(folder, "node_modules"));
    const prisma = join(folder, "node_modules/prisma/build/index.js");
    const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: "/bin/false" };
    await run(process.execPath, [prisma, "generate", "--no-hints"], { cwd: folder, env });
    return { folder, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
