import { readFileSync } from "node:fs";
import manifest from "../package.json" with { type: "json" };

const ROOT = new URL("../", import.meta.url);
const COMMIT = /^[0-9a-f]{40}$/;

export interface Version {
  /** Such as `0.2.0`. */
  readonly number: string;
  /** What it was made from; null where nothing says so. */
  readonly commit: string | null;
}

/** What runs here, as it was when the process started. */
export const VERSION: Version = {
  number: manifest.version,
  commit: findCommit(ROOT),
};

/** An image has a file that says so (`COMMIT`), a clone its git. */
export function findCommit(root: URL): string | null {
  const stated = readLine(new URL("COMMIT", root)) ?? readHead(new URL(".git/", root));
  return stated && COMMIT.test(stated) ? stated : null;
}

function readHead(git: URL): string | undefined {
  const head = readLine(new URL("HEAD", git));
  const [, branch] = /^ref: (refs\/\S+)$/.exec(head ?? "") ?? [];
  if (!branch) return head;
  return readLine(new URL(branch, git)) ?? findPacked(git, branch);
}

/** Where git has put many of them together. */
function findPacked(git: URL, branch: string): string | undefined {
  const lines = read(new URL("packed-refs", git))?.split("\n") ?? [];
  return lines.find((line) => line.endsWith(` ${branch}`))?.split(" ")[0];
}

function readLine(file: URL): string | undefined {
  return read(file)?.trim();
}

function read(file: URL): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
