import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { linkPackages, makeTemporaryFolder, type TemporaryFolder } from "../../scripts/faults/copyTree.ts";
import { runTests } from "../../scripts/faults/runTests.ts";

const CONFIG = `export default {
  test: {
    pool: "forks",
    isolate: false,
    coverage: {
      enabled: true,
      provider: "custom",
      customProviderModule: "test/support/coverage.ts",
      autoAttachSubprocess: true,
      include: ["lib/**"],
      reporter: ["json-summary"],
      reportsDirectory: "coverage",
    },
    projects: [{ extends: true, test: { name: "fast" } }, { extends: true, test: { name: "full" } }],
  },
};`;
const LIB = `export function one(given?: number, other?: number): number {
  const found = given ?? other;
  return found === undefined ? 1 : found;
}

export function two(): number {
  return 2;
}

export function three(): number {
  return 3;
}
`;
// Modules that are loaded anew, the one that counts among them.
const CALLED = (name: string) => `import { expect, it, vi } from "vitest";
import { ${name} } from "../lib/numbers.ts";
it("calls ${name}", () => {
  expect(${name}()).toBeGreaterThan(0);
  vi.resetModules();
});
`;
// As the server does that tests start in their process.
const CALLED_IN_NODE = (name: string) => `import { createRequire } from "node:module";
import { expect, it } from "vitest";
const { ${name} } = createRequire(import.meta.url)("../lib/numbers.ts");
it("calls ${name} as Node loads it", () => expect(${name}()).toBeGreaterThan(0));
`;

describe("coverage", () => {
  let folder: TemporaryFolder;
  let tree: string;

  beforeEach(async () => {
    folder = await makeTemporaryFolder("coverage");
    tree = join(folder.path, "tree");
    await mkdir(tree);
    await linkPackages(tree);
    await mkdir(join(tree, "test/support"), { recursive: true });
    await copyFile(join(import.meta.dirname, "../support/coverage.ts"), join(tree, "test/support/coverage.ts"));
    await write("package.json", `{ "type": "module" }`);
    await write("vitest.config.mjs", CONFIG);
    await write("lib/numbers.ts", LIB);
  });
  afterEach(() => folder.remove());

  const write = async (name: string, text: string) => {
    await mkdir(dirname(join(tree, name)), { recursive: true });
    await writeFile(join(tree, name), text);
  };

  /** Runs all test files in one worker. Returns what is counted in the file in lib/. */
  const count = async () => {
    const run = await runTests({
      root: tree,
      files: [],
      folder: folder.path,
      workers: 1,
      bail: false,
      limitMs: 300_000,
    });
    expect(run.unusable, run.output).toBeUndefined();
    return JSON.parse(await readFile(join(tree, "coverage/coverage-summary.json"), "utf8")).total;
  };

  it("adds up what the files of one worker call", async () => {
    await write("test/one.test.ts", CALLED("one"));
    await write("test/two.test.ts", CALLED("two"));
    expect(await count()).toMatchObject({ functions: { covered: 2 } });
  });

  it("adds up what tests call and what the server in their process calls", async () => {
    await write("test/one.test.ts", CALLED("one"));
    // The third file finds loaded what the second one has loaded.
    await write("test/two.test.ts", CALLED_IN_NODE("two"));
    await write("test/zero.test.ts", CALLED_IN_NODE("three"));
    // The two ways of loading do not agree where all places end; each is counted once all the same.
    expect(await count()).toMatchObject({
      functions: { covered: 3, total: 3 },
      statements: { covered: 4, total: 4 },
      branches: { covered: 3, total: 4 },
    });
  });
});
