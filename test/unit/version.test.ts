import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { findCommit, VERSION } from "../../lib/version.ts";
import manifest from "../../package.json" with { type: "json" };

const ONE = "1".repeat(40);
const TWO = "2".repeat(40);

/** A folder with these files, as the root of a project. */
async function rootWith(files: Record<string, string>): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), "livedash-version-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return pathToFileURL(`${folder}/`);
}

it("is the number of the manifest", () => {
  expect(VERSION.number).toBe(manifest.version);
});

it.each<[string, Record<string, string>, string | null]>([
  ["what an image states", { COMMIT: `${ONE}\n`, ".git/HEAD": TWO }, ONE],
  ["a branch", { ".git/HEAD": "ref: refs/heads/main\n", ".git/refs/heads/main": `${ONE}\n` }, ONE],
  [
    "a branch that is packed",
    {
      ".git/HEAD": "ref: refs/heads/a/b\n",
      ".git/packed-refs": `# pack\n${TWO} refs/heads/a\n${ONE} refs/heads/a/b\n`,
    },
    ONE,
  ],
  ["a commit alone", { ".git/HEAD": `${ONE}\n` }, ONE],
  ["a worktree, whose git is elsewhere", { ".git": "gitdir: /elsewhere\n" }, null],
  ["no commit", { COMMIT: "unknown\n" }, null],
  ["nothing", {}, null],
])("finds the commit by %s", async (_, files, commit) => {
  expect(findCommit(await rootWith(files))).toBe(commit);
});
