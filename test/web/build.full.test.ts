import { cp, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { consoleBuildFolder, ensureConsoleBuilt, isComplete } from "../../web/buildConsole.ts";
import { withBuildLock } from "../../web/buildLock.ts";
import { hashConsoleSources } from "../../web/consoleSources.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "livedash-build-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe("the build of the console", () => {
  it("is made once for the same sources", async () => {
    await ensureConsoleBuilt();
    expect(await isComplete(await consoleBuildFolder())).toBe(true);
    await ensureConsoleBuilt({ onBuild: () => expect.fail("The console was built twice") });
  });
});

describe("the hash of the console's sources", () => {
  async function put(name: string, content: string): Promise<void> {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), content);
  }

  beforeEach(async () => {
    await put(
      "app/page.tsx",
      `import { a } from "../lib/a.ts";\nimport type { T } from "../lib/types.ts";\nimport "./x.css";`,
    );
    await put("app/x.css", "p {}");
    await put("lib/a.ts", `export {\n  b,\n} from "./deep/b.ts";`);
    await put("lib/deep/b.ts", `export const b = await import("../c.ts");`);
    await put("lib/c.ts", "export const c = 1;");
    await put("lib/types.ts", "export type T = 1;");
    await put("lib/other.ts", "export const other = 1;");
    await put("package-lock.json", "{}");
  });

  it.each([
    ["app/page.tsx", 'import "./y.css";'],
    ["app/x.css", "p { margin: 0 }"],
    ["app/new.tsx", ""],
    ["lib/a.ts", ""],
    ["lib/deep/b.ts", ""],
    ["lib/c.ts", "export const c = 2;"],
    ["package-lock.json", '{ "new": true }'],
    ["next.config.mjs", "export default {};"],
  ])("changes with %s", async (name, content) => {
    const before = await hashConsoleSources(folder);
    await put(name, content);
    expect(await hashConsoleSources(folder)).not.toBe(before);
  });

  it("stays with what is imported for its types only, or not at all, and in another folder", async () => {
    const before = await hashConsoleSources(folder);
    expect(before).toMatch(/^[0-9a-f]{20}$/);
    await put("lib/types.ts", "export type T = 2;");
    await put("lib/other.ts", "");
    expect(await hashConsoleSources(folder)).toBe(before);
    const copy = join(folder, "copy");
    await cp(join(folder, "app"), join(copy, "app"), { recursive: true });
    await cp(join(folder, "lib"), join(copy, "lib"), { recursive: true });
    await cp(join(folder, "package-lock.json"), join(copy, "package-lock.json"));
    expect(await hashConsoleSources(copy)).toBe(before);
  });
});

describe("the lock of the build", () => {
  it("lets one in at a time, and is gone after it", async () => {
    const lock = join(folder, "lock");
    let inside = 0;
    const work = async () => {
      inside += 1;
      expect(inside).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside -= 1;
    };
    const failing = withBuildLock(lock, () => Promise.reject(new TypeError("broken")));
    await expect(failing).rejects.toThrow("broken");
    await Promise.all([withBuildLock(lock, work), withBuildLock(lock, work), withBuildLock(lock, work)]);
    expect(await readdir(folder)).toEqual([]);
  });

  it("is taken over from a process that died", async () => {
    const lock = join(folder, "lock");
    await writeFile(lock, "");
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(lock, longAgo, longAgo);
    expect(await withBuildLock(lock, () => Promise.resolve("done"))).toBe("done");
  });
});
