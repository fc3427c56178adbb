import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { codeOf, LiveDashError } from "../lib/errors.ts";
import { withBuildLock } from "./buildLock.ts";
import { hashConsoleSources } from "./consoleSources.ts";

export const PROJECT_ROOT = resolve(fileURLToPath(new URL("..", import.meta.url)));
const NEXT_BIN = fileURLToPath(new URL("../node_modules/next/dist/bin/next", import.meta.url));
/** Builds live side by side, each named by the hash of its sources. */
const BUILDS = join(".next", "builds");
const KEPT_BUILDS = 4;
/** Written last: a build without it was cut off. */
const COMPLETE = "livedash-complete";
const OUTPUT_LIMIT = 20_000;

/**
 * Builds the web console unless the current sources have been built already. Safe to call from several processes at
 * once, needs no database and no network, and never touches the build of a server that runs from other sources.
 * @param options.onBuild called once, before a build (about ten seconds) begins; not called when there is nothing to do
 * @throws LiveDashError `console_build_failed` with the end of the build's output; `console_build_folder`
 */
export async function ensureConsoleBuilt(options: { onBuild?: () => void } = {}): Promise<void> {
  const folder = await consoleBuildFolder();
  if (await isComplete(folder)) return;
  try {
    await mkdir(join(PROJECT_ROOT, BUILDS), { recursive: true });
    await withBuildLock(join(PROJECT_ROOT, BUILDS, "lock"), async () => {
      if (await isComplete(folder)) return;
      options.onBuild?.();
      await rm(join(PROJECT_ROOT, folder), { recursive: true, force: true });
      await build(folder);
      await writeFile(join(PROJECT_ROOT, folder, COMPLETE), "");
      await removeOldBuilds();
    });
  } catch (error) {
    if (!["EACCES", "EPERM", "EROFS"].includes(codeOf(error) ?? "")) throw error;
    const advice = "Give the user who starts LiveDash access to the folder, or remove it.";
    throw new LiveDashError("console_build_folder", `The console cannot be built in ${BUILDS}. ${advice}`, {
      cause: error,
    });
  }
}

/** The folder of the build of the current sources, relative to the project; it may not exist yet. */
export async function consoleBuildFolder(): Promise<string> {
  return join(BUILDS, await hashConsoleSources(PROJECT_ROOT));
}

/** Whether the folder holds a whole build. Marks it as used, so that it is among the last to be removed. */
export async function isComplete(folder: string): Promise<boolean> {
  const mark = join(PROJECT_ROOT, folder, COMPLETE);
  try {
    await stat(mark);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
  const now = new Date();
  // Another user's build can be used without being marked.
  await utimes(mark, now, now).catch(() => {});
  return true;
}

async function build(folder: string): Promise<void> {
  if (!existsSync(join(PROJECT_ROOT, "node_modules/typescript"))) {
    const advice =
      "Run `npm install`, then `bin/livedash build`; docs/operations/service.md says how to leave them out afterwards.";
    const sentence = "The console is built with packages that LiveDash is developed with, and they are not installed.";
    throw new LiveDashError("console_build_failed", `${sentence} ${advice}`);
  }
  const child = spawn(process.execPath, [NEXT_BIN, "build"], {
    cwd: PROJECT_ROOT,
    env: {
      ...process.env,
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
      LIVEDASH_CONSOLE_BUILD: folder,
      // Else Next would install by itself what it misses.
      CI: "1",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const keep = (chunk: string) => {
    output = (output + chunk).slice(-OUTPUT_LIMIT);
  };
  child.stdout.setEncoding("utf8").on("data", keep);
  child.stderr.setEncoding("utf8").on("data", keep);
  const [code, signal] = await once(child, "close");
  if (code === 0) return;
  const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
  throw new LiveDashError("console_build_failed", `The build of the console ${how}. It said:\n${output.trim()}`);
}

/** Keeps the builds used last: a server may still run from one of them. */
async function removeOldBuilds(): Promise<void> {
  const folders = (await readdir(join(PROJECT_ROOT, BUILDS), { withFileTypes: true })).filter((e) => e.isDirectory());
  const builds = await Promise.all(
    folders.map(async ({ name }) => {
      const folder = join(PROJECT_ROOT, BUILDS, name);
      const mark = await stat(join(folder, COMPLETE)).catch(() => undefined);
      return { folder, usedAt: mark?.mtimeMs ?? 0 };
    }),
  );
  builds.sort((a, b) => b.usedAt - a.usedAt);
  await Promise.all(builds.slice(KEPT_BUILDS).map(({ folder }) => rm(folder, { recursive: true, force: true })));
}
