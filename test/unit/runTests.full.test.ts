import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { linkPackages, makeTemporaryFolder, type TemporaryFolder } from "../../scripts/faults/copyTree.ts";
import { runTests } from "../../scripts/faults/runTests.ts";

const CONFIG = `export default { test: { projects: [{ test: { name: "fast" } }, { test: { name: "full" } }] } };`;
const PROMPT = `import { expect, it } from "vitest"; it("adds", () => expect(1 + 1).toBe(2));`;
// Longer than the run may take; it is ended with the run.
const ENDLESS = `import { it } from "vitest"; it("waits", () => new Promise(() => {}), 600_000);`;

describe("a run of tests", () => {
  let folder: TemporaryFolder;

  beforeEach(async () => {
    folder = await makeTemporaryFolder("run");
    await mkdir(join(folder.path, "tree"));
    await linkPackages(join(folder.path, "tree"));
    await write("vitest.config.mjs", CONFIG);
    await write("prompt.test.mjs", PROMPT);
  });
  afterEach(() => folder.remove());

  const write = (name: string, text: string) => writeFile(join(folder.path, "tree", name), text);
  const run = (limitMs: number) =>
    runTests({
      root: join(folder.path, "tree"),
      files: [],
      folder: folder.path,
      workers: 1,
      bail: false,
      limitMs,
    });

  it("tells what passed", async () => {
    expect(await run(300_000)).toMatchObject({ passed: 2, failed: [], unusable: undefined });
  });

  it("says that it took too long, not that it ended with nothing", async () => {
    await write("endless.test.mjs", ENDLESS);
    expect((await run(6_000)).unusable).toBe("it took more than 0.1 minutes");
  });
});
