import { type FileHandle, open, rm, stat, utimes } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { codeOf } from "../lib/errors.ts";

/** The holder touches the lock this often; one that was not touched for STALE_MS was left behind by a dead process. */
const TOUCH_MS = 1_000;
const STALE_MS = 15_000;
const RETRY_MS = 200;

/** Runs `work` while no other process runs its own under the same lock file. Waits for it, however long that takes. */
export async function withBuildLock<T>(lockFile: string, work: () => Promise<T>): Promise<T> {
  const handle = await acquire(lockFile);
  const touching = setInterval(() => {
    const now = new Date();
    handle.utimes(now, now).catch(() => {});
  }, TOUCH_MS);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    await handle.close();
    await rm(lockFile, { force: true });
  }
}

async function acquire(lockFile: string): Promise<FileHandle> {
  for (;;) {
    try {
      return await open(lockFile, "wx");
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    await removeIfStale(lockFile);
    await delay(RETRY_MS);
  }
}

async function removeIfStale(lockFile: string): Promise<void> {
  try {
    const { mtimeMs } = await stat(lockFile);
    if (Date.now() - mtimeMs < STALE_MS) return;
    // Of several that find it stale, those who come after the first touch see a fresh one and wait on.
    const now = new Date();
    await utimes(lockFile, now, now);
    await rm(lockFile, { force: true });
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}
