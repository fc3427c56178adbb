import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

const LIVEDASH = resolve(import.meta.dirname, "../../bin/livedash");

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunningCommand {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves once the output matches. */
  says(pattern: RegExp): Promise<void>;
  finished: Promise<Finished>;
}

/** Starts `livedash` as a process of its own, with nothing of this process's environment but what it needs to run. */
export function startCommand(args: string[], env: Record<string, string> = {}): RunningCommand {
  const child = spawn(LIVEDASH, args, {
    env: {
      PATH: process.env.PATH ?? "",
      HOME: process.env.HOME ?? "",
      LOG_FORMAT: "json",
      NODE_ENV: "production",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const finished = once(child, "close").then(([code]) => ({ code, stdout, stderr }));
  const says = async (pattern: RegExp) => {
    while (!pattern.test(stdout + stderr)) {
      if (child.exitCode !== null) throw new Error(`livedash ended before it said ${pattern}:\n${stdout}\n${stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  return { child, stdout: () => stdout, stderr: () => stderr, says, finished };
}

/** Runs `livedash` to its end. */
export function runCommand(args: string[], env: Record<string, string> = {}): Promise<Finished> {
  return startCommand(args, env).finished;
}
