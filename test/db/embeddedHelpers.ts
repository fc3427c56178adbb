import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import { expect } from "vitest";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../lib/db/embedded/index.ts";
import { LiveDashError } from "../../lib/errors.ts";

const LIBRARY = new URL("../../lib/db/embedded/index.ts", import.meta.url).href;
const FAST = { fsync: "off", shared_buffers: "32MB" };

export const folders: string[] = [];
const servers: EmbeddedPostgres[] = [];
export const children: ChildProcess[] = [];

/** Ends and removes whatever the helpers here have made. */
export async function cleanUp(): Promise<void> {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  }
  for (const server of servers.splice(0)) await server.stop({ force: true });
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

/** A folder through which every user can get, as an ordinary project folder is. */
export async function newFolder(mode = 0o711): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "livedash-test-"));
  folders.push(folder);
  await chmod(folder, mode);
  return folder;
}

export async function start(dataDir: string, settings: Record<string, string> = FAST): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, settings });
  servers.push(server);
  return server;
}

/** The same, with the logins of the application and the tenants, as LiveDash starts it. */
export async function startWithLogins(dataDir: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, settings: FAST, logins: true });
  servers.push(server);
  return server;
}

export async function ask<T>(url: string, sql: string): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query({ text: sql, rowMode: "array" });
    return rows[0]?.[0] as T;
  } finally {
    await client.end();
  }
}

export const postmaster = async (folder: string) =>
  Number.parseInt(await readFile(path.join(folder, "server/data/postmaster.pid"), "utf8"), 10);

export const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Another process that starts the server, says what it got, and stops it when its input ends. */
export async function startElsewhere(dataDir: string, identity: { uid?: number; gid?: number } = {}) {
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(LIBRARY)});
    const server = await startEmbeddedPostgres(${JSON.stringify({ dataDir, settings: FAST })});
    console.log(JSON.stringify({ startedHere: server.startedHere, url: server.url, note: server.note }));
    for await (const _ of process.stdin);
    console.log(JSON.stringify(await server.stop()));`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["pipe", "pipe", "inherit"],
    cwd: "/",
    ...identity,
  });
  children.push(child);
  const lines: string[] = [];
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString("utf8");
    lines.splice(0, lines.length, ...text.split("\n").slice(0, -1));
  });
  const line = async (index: number) => {
    while (lines[index] === undefined) {
      if (child.exitCode !== null) throw new Error(`The child ended with ${child.exitCode}.`);
      await Promise.race([once(child.stdout, "data"), once(child, "close")]);
    }
    return JSON.parse(lines[index]);
  };
  const started: { startedHere: boolean; url: string } = await line(0);
  const stop = async (): Promise<{ stopped: boolean }> => {
    child.stdin.end();
    const answer = await line(1);
    if (child.exitCode === null) await once(child, "exit");
    return answer;
  };
  return { child, ...started, stop };
}

export async function failure(promise: Promise<unknown>): Promise<LiveDashError> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(LiveDashError);
  return error;
}
