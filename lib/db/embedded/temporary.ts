import { readFileSync, rmSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type EmbeddedPostgresOptions, startEmbeddedPostgres } from "./start.ts";

export type TemporaryPostgres = { url: string; folder: string; stop(): Promise<void> };

/** Nothing here needs to survive a crash, so nothing waits for the disk. */
const FAST = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", shared_buffers: "128MB" };

/**
 * A server for tests and development tools, in a folder of its own that `stop` removes, whoever is still connected.
 * When the process ends without calling it, by an exception or `process.exit`, the same is done then.
 */
export async function startTemporaryPostgres(
  options: Omit<EmbeddedPostgresOptions, "dataDir"> = {},
): Promise<TemporaryPostgres> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "livedash-postgres-"));
  let folder = dataDir;
  const leave = () => endAtOnce(folder, dataDir);
  process.once("exit", leave);
  try {
    await chmod(dataDir, 0o711); // The server's user must be able to get through when this process is root.
    const server = await startEmbeddedPostgres({ ...options, dataDir, settings: { ...FAST, ...options.settings } });
    folder = server.folder;
    const stop = async () => {
      await server.stop({ force: true });
      await removeFolders(folder, dataDir);
      process.removeListener("exit", leave);
    };
    return { url: server.url, folder, stop };
  } catch (error) {
    process.removeListener("exit", leave);
    leave();
    throw error;
  }
}

async function removeFolders(...folders: string[]): Promise<void> {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
}

function endAtOnce(...folders: string[]): void {
  for (const folder of folders) {
    try {
      const pidFile = readFileSync(path.join(folder, "server", "data", "postmaster.pid"), "utf8");
      process.kill(Number.parseInt(pidFile, 10), "SIGKILL");
    } catch {
      // No server was started, or it is gone.
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
