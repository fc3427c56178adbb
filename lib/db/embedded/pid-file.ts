import { randomBytes } from "node:crypto";
import { link, readFile, readlink, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { codeOf } from "../../errors.ts";
import { run } from "./run.ts";
import { notWritable } from "./startErrors.ts";

/** What postmaster.pid says: PostgreSQL writes it while it starts and removes it when it stops. */
export type PidFile = { pid: number; port: number | undefined; ready: boolean };

/** A number that no system gives to a process. */
const NO_PROCESS = 2_147_483_646;

/** The server that runs on this data folder, or undefined; a file left by one that is gone is made harmless. */
export async function findRunning(data: string): Promise<PidFile | undefined> {
  const file = path.join(data, "postmaster.pid");
  const text = await readText(file);
  if (text === undefined) return undefined;
  const lines = text.split("\n");
  const pid = Number.parseInt(lines[0] ?? "", 10);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  if (!exists(pid)) return undefined;
  if (!(await isServerOf(pid, data))) {
    await disown(file, text);
    return undefined;
  }
  const port = Number.parseInt(lines[3] ?? "", 10);
  return { pid, port: port > 0 ? port : undefined, ready: (lines[7] ?? "").trim() === "ready" };
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw notWritable(file, error);
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** Process numbers are used again, in containers at once: is this one really PostgreSQL on this folder? */
async function isServerOf(pid: number, data: string): Promise<boolean> {
  if (process.platform !== "linux") {
    const { output } = await run("ps", ["-ww", "-o", "command=", "-p", String(pid)]);
    return output.includes("postgres") && output.includes(data);
  }
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  const [program, ...args] = command.split("\0");
  if (path.basename(program ?? "") !== "postgres") return false;
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return folder === undefined ? args.includes(data) : folder === data;
}

/**
 * Puts a number that no process has in place of a reused one. PostgreSQL then sees that the file is stale, and still
 * makes its own check that no process of the old server is left (a removed file would lose that check).
 */
async function disown(file: string, stale: string): Promise<void> {
  const aside = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw notWritable(file, error);
  }
  const taken = await readFile(aside, "utf8");
  if (taken !== stale) {
    await rename(aside, file); // Another process was faster and has started the server: its file goes back.
    return;
  }
  // Written into the same file and linked back, so that its owner stays the server's user.
  await writeFile(aside, stale.replace(/^\d+/, String(NO_PROCESS)));
  await link(aside, file).catch((error) => {
    if (codeOf(error) !== "EEXIST") throw notWritable(file, error);
  });
  await rm(aside, { force: true });
}
