import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:fs";
import { type FileHandle, open, rename, stat } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { LiveDashError } from "../../errors.ts";
import type { Place } from "./place.ts";
import { cleanEnvironment, spawnIdentity } from "./run.ts";
import { settingArguments } from "./settings.ts";
import { cannotRun, diskFull, notWritable, tellsOfFullDisk } from "./startErrors.ts";

/** A server process that this process has started; `ended` tells why it is gone, once it is. */
export type Launch = { child: ChildProcess; ended(): Promise<Ending | undefined> };
/** `again`: another attempt may do better (the port was taken meanwhile, an old server is still going down). */
type Ending = { again: boolean; error: LiveDashError };

const LOG_LIMIT = 5_000_000;
const TAIL_LIMIT = 64 * 1024;
const TRY_AGAIN = ["could not bind", "could not create any TCP/IP sockets", "already exists", "still in use"];

/**
 * Starts the server in a session of its own, so that neither Ctrl-C nor the end of this process reaches it.
 * It is started directly and not by `pg_ctl start`, which hands all paths to a shell.
 */
export async function launch(place: Place, settings: Record<string, string>): Promise<Launch> {
  const log = await openLog(place);
  const from = (await log.stat()).size;
  const port = await freePort();
  const args = ["-D", place.data, "-p", String(port), ...settingArguments(settings)];
  try {
    const child = spawn(place.binaries.postgres, args, {
      ...spawnIdentity(place.user),
      cwd: "/",
      env: cleanEnvironment(),
      stdio: ["ignore", log.fd, log.fd],
      detached: true,
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", (cause) => reject(cannotRun(place.binaries.postgres, cause)));
    });
    child.unref();
    const ended = async () =>
      child.exitCode === null && child.signalCode === null ? undefined : explain(place, from, child);
    return { child, ended };
  } finally {
    await log.close();
  }
}

/** The server's log, written only by the server; the one before is kept once when it has grown large. */
async function openLog({ logFile, user }: Place): Promise<FileHandle> {
  try {
    const size = (await stat(logFile).catch(() => undefined))?.size ?? 0;
    if (size > LOG_LIMIT) await rename(logFile, `${logFile}.1`);
    const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
    const log = await open(logFile, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
    if (user !== undefined) await log.chown(user.uid, user.gid);
    return log;
  } catch (error) {
    throw notWritable(path.dirname(logFile), error);
  }
}

/** A port that is free now. Another program may take it before the server does; then a new one is tried. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen({ host: "127.0.0.1", port: 0 }, () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

async function explain(place: Place, from: number, child: ChildProcess): Promise<Ending> {
  const text = await readFrom(place.logFile, from);
  if (tellsOfFullDisk(text)) return { again: false, error: diskFull(place.data) };
  const fatal = text.split("\n").findLast((line) => /\b(FATAL|PANIC|error):/.test(line));
  const reason =
    fatal?.replace(/^.*?\b(?:FATAL|PANIC):\s*/, "") ?? `it ended with ${child.signalCode ?? child.exitCode}`;
  return {
    again: TRY_AGAIN.some((words) => text.includes(words)),
    error: new LiveDashError(
      "embedded_postgres_start",
      `The embedded PostgreSQL did not start (${reason}). See ${place.logFile}, or set DATABASE_URL.`,
    ),
  };
}

async function readFrom(file: string, from: number): Promise<string> {
  const handle = await open(file, "r");
  try {
    const start = Math.max(from, (await handle.stat()).size - TAIL_LIMIT);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(TAIL_LIMIT), 0, TAIL_LIMIT, start);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}
