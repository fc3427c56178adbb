import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { EmulatorOptions } from "../../../emulator/options.ts";

/** The emulator as a process that can be killed, and comes back with its files and batches at the same address. */
export interface EmulatorProcess {
  url: string;
  kill(): Promise<void>;
  revive(): Promise<void>;
  stop(): Promise<void>;
}

const SCRIPT = join(import.meta.dirname, "killEmulator.ts");
const LIMITS = { uploadsPerMinute: 0, batchesPerHour: 0 };

/** Starts it without limits, on a folder of its own. */
export async function startEmulatorProcess(
  options: Pick<EmulatorOptions, "times" | "shape" | "apiKey">,
): Promise<EmulatorProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), "livedash-kill-"));
  const start = async (port: number) => {
    const all = JSON.stringify({ ...options, port, dataDir, limits: LIMITS });
    const child = spawn(process.execPath, [SCRIPT, all], { stdio: ["pipe", "pipe", "inherit"] });
    return { child, url: await firstLine(child) };
  };
  const end = async (child: ChildProcess, signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  };
  let running = await start(0);
  const { url } = running;
  return {
    url,
    kill: () => end(running.child, "SIGKILL"),
    revive: async () => {
      running = await start(Number(new URL(url).port));
    },
    stop: async () => {
      await end(running.child, "SIGKILL");
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout) for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error("The emulator process ended before it said its address.");
}
