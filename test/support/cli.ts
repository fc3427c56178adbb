import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const PROJECT = resolve(import.meta.dirname, "../..");

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
export function startCommand(args: string[], env: Record<string, string> = {}, input = ""): RunningCommand {
  return startProcess(resolve(PROJECT, "bin/livedash"), args, env, input);
}

/** The same for `server.ts` and `worker.ts`. */
export function startProgram(file: "server.ts" | "worker.ts", env: Record<string, string> = {}): RunningCommand {
  const options = nodeOptionsOf(file === "server.ts" ? "serve" : "worker");
  return startProcess(process.execPath, [...options, resolve(PROJECT, file)], env);
}

/** The options that `npm run serve` and `npm run worker` give to Node. */
export function nodeOptionsOf(script: "serve" | "worker"): string[] {
  const { scripts } = JSON.parse(readFileSync(resolve(PROJECT, "package.json"), "utf8"));
  return scripts[script].split(" ").slice(1, -1);
}

/** The same for any program that Node runs. */
export function startFile(file: string, args: string[], env: Record<string, string> = {}): RunningCommand {
  return startProcess(process.execPath, [file, ...args], env);
}

/** The same for any program. */
export function startProcess(program: string, args: string[], env: Record<string, string>, input = ""): RunningCommand {
  const child = spawn(program, args, {
    env: {
      PATH: process.env.PATH ?? "",
      HOME: process.env.HOME ?? "",
      LOG_FORMAT: "json",
      NODE_ENV: "production",
      ...env,
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  // A command that reads nothing may have ended before all is written.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const finished = once(child, "close").then(([code]) => ({ code, stdout, stderr }));
  const says = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => pattern.test(stdout + stderr) && resolve();
      for (const stream of [child.stdout, child.stderr]) stream.on("data", look);
      void finished.then(() => reject(new Error(`livedash ended before it said ${pattern}:\n${stdout}\n${stderr}`)));
      look();
    });
  return { child, stdout: () => stdout, stderr: () => stderr, says, finished };
}

/** Runs `livedash` to its end, with this as its standard input. */
export function runCommand(args: string[], env: Record<string, string> = {}, input = ""): Promise<Finished> {
  return startCommand(args, env, input).finished;
}
