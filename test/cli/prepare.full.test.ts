import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const NOBODY = 65_534;

let tree: string;

/** A tree to be prepared: its "installation" writes down when it begins and ends. */
beforeEach(async () => {
  tree = await mkdtemp(join(tmpdir(), "livedash-prepare-"));
  await mkdir(join(tree, "bin"));
  await copyFile(resolve(import.meta.dirname, "../../bin/prepare.mjs"), join(tree, "bin/prepare.mjs"));
  const scripts = { preinstall: "node step.mjs install" };
  await writeFile(join(tree, "package.json"), JSON.stringify({ name: "tree", version: "1.0.0", scripts }));
  await writeFile(
    join(tree, "package-lock.json"),
    `{"name":"tree","version":"1.0.0","lockfileVersion":3,"packages":{}}`,
  );
  await writeFile(
    join(tree, "step.mjs"),
    // The pause makes room for another process to come in between.
    `import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
     const [step] = process.argv.slice(2);
     appendFileSync("steps", step + " begins\\n");
     await new Promise((resolve) => setTimeout(resolve, 300));
     writeFileSync("omitted", process.env.npm_config_omit ?? "");
     if (existsSync("fails")) throw new Error("no room on the disk");
     mkdirSync("node_modules", { recursive: true });
     appendFileSync("steps", step + " ends\\n");`,
  );
});
afterEach(() => rm(tree, { recursive: true, force: true }));

/** @param uid whose process it is; this one's if left out */
function start(uid?: number) {
  const as = uid === undefined ? {} : { uid, gid: uid };
  const child = spawn(process.execPath, ["bin/prepare.mjs"], { cwd: tree, stdio: ["ignore", "ignore", "pipe"], ...as });
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  return once(child, "close").then(([code]) => ({ code, stderr }));
}

const steps = async () => (await readFile(join(tree, "steps"), "utf8")).trim().split("\n");
const lock = () => join(tree, ".prepare.lock");
const ONCE = ["install begins", "install ends"];

describe("preparing a tree", () => {
  it("is done once by processes that start together, and not again", async () => {
    const ends = await Promise.all([start(), start(), start(), start()]);
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(await steps()).toEqual(ONCE);
    await expect(stat(lock())).rejects.toMatchObject({ code: "ENOENT" });
    const { mtimeMs } = await stat(join(tree, "node_modules/.livedash-prepared"));
    expect((await start()).code).toBe(0);
    expect(await steps()).toEqual(ONCE);
    expect((await stat(join(tree, "node_modules/.livedash-prepared"))).mtimeMs).toBeGreaterThan(mtimeMs);
  });

  it("waits for a process that is at it, and takes over from one that died", async () => {
    await writeFile(lock(), "");
    const waiting = start();
    // Nothing shows from outside that it waits: it gets the time to look five times.
    await delay(1_000);
    await expect(steps()).rejects.toMatchObject({ code: "ENOENT" });
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(lock(), longAgo, longAgo);
    expect((await waiting).code).toBe(0);
    expect(await steps()).toEqual(ONCE);
  });

  it("that fails says why, gives the lock up, and is tried again the next time", async () => {
    await writeFile(join(tree, "fails"), "");
    const { code, stderr } = await start();
    expect(code).toBe(1);
    expect(stderr).toContain("no room on the disk");
    expect(stderr).toContain("LiveDash could not be prepared: `npm install");
    await rm(join(tree, "fails"));
    await rm(join(tree, "steps"));
    expect((await start()).code).toBe(0);
    expect(await steps()).toEqual(ONCE);
  });

  it("leaves an installation without what LiveDash is developed with as it is", async () => {
    await mkdir(join(tree, "node_modules"));
    await writeFile(join(tree, "node_modules/.package-lock.json"), "{}");
    expect((await start()).code).toBe(0);
    expect(await readFile(join(tree, "omitted"), "utf8")).toBe("dev");

    await mkdir(join(tree, "node_modules/vitest"), { recursive: true });
    await rm(join(tree, "node_modules/.livedash-prepared"));
    expect((await start()).code).toBe(0);
    expect(await readFile(join(tree, "omitted"), "utf8")).toBe("");
  });

  // Who is not root cannot make files of another user.
  it.runIf(process.getuid?.() === 0)(
    "writes nothing where a service may only read what root has installed",
    async () => {
      expect((await start()).code).toBe(0);
      await chmod(tree, 0o755);
      expect(await start(NOBODY)).toEqual({ code: 0, stderr: "" });
      expect(await steps()).toEqual(ONCE);
    },
  );
});
