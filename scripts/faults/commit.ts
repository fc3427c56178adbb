import { execFile } from "node:child_process";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeTemporaryFolder, ROOT } from "./copyTree.ts";

/** What the project is just now: results belong together only if it was the same for all. */
export interface Commit {
  /** In words. */
  name: string;
  /** Another one for each content of the files, changes that are not committed included. */
  key: string;
}

export async function describeCommit(root = ROOT): Promise<Commit> {
  const commit = await git(root, ["rev-parse", "--short", "HEAD"]);
  if ((await git(root, ["status", "--porcelain"])) === "") return { name: commit, key: commit };
  const tree = await hashOfFiles(root);
  return { name: `${commit} with changes`, key: `${commit}-${tree.slice(0, 10)}` };
}

/** The files that differ from an earlier commit, changes that are not committed included; undefined if there is no such commit. */
export async function listChangedSince(earlier: string, root = ROOT): Promise<string[] | undefined> {
  const isCommit = await git(root, ["rev-parse", "--verify", "--quiet", `${earlier}^{commit}`]).then(
    Boolean,
    () => false,
  );
  if (!isCommit) return undefined;
  const [tracked, others] = [
    await git(root, ["diff", "--name-only", earlier]),
    await git(root, ["ls-files", "--others", "--exclude-standard"]),
  ];
  return `${tracked}\n${others}`.split("\n").filter(Boolean);
}

/** Of all files that git would add, without touching its own index. */
async function hashOfFiles(root: string): Promise<string> {
  const folder = await makeTemporaryFolder("index");
  try {
    const index = join(folder.path, "index");
    const own = await git(root, ["rev-parse", "--path-format=absolute", "--git-path", "index"]);
    await copyFile(own, index);
    await git(root, ["add", "--all"], { GIT_INDEX_FILE: index });
    return await git(root, ["write-tree"], { GIT_INDEX_FILE: index });
  } finally {
    await folder.remove();
  }
}

async function git(root: string, args: string[], env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await promisify(execFile)("git", args, { cwd: root, env: { ...process.env, ...env } });
  return stdout.trim();
}
