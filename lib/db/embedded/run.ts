import { spawn } from "node:child_process";

/** A system user as PostgreSQL's programs are started under it. */
export type ServerUser = { uid: number; gid: number };
export type Outcome = { code: number | null; output: string };

const OUTPUT_LIMIT = 64 * 1024;

/**
 * Runs a program to its end, as `user` where one is given, and keeps the last 64 KiB of what it printed.
 * Rejects only when the program cannot be started at all; it is killed after `timeoutMs`.
 */
export function run(program: string, args: string[], user?: ServerUser, timeoutMs = 120_000): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...spawnIdentity(user),
      cwd: "/",
      env: cleanEnvironment(),
      stdio: ["ignore", "pipe", "pipe"],
      detached: true, // Ctrl-C in the terminal is for LiveDash, which then stops the server in order.
      timeout: timeoutMs,
      killSignal: "SIGKILL",
    });
    let output = "";
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString("utf8")).slice(-OUTPUT_LIMIT);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}

/** The `uid` and `gid` options of spawn, which takes signed numbers while chown takes unsigned ones. */
export function spawnIdentity(user: ServerUser | undefined): { uid?: number; gid?: number } {
  return user === undefined ? {} : { uid: user.uid | 0, gid: user.gid | 0 };
}

/** No PG* variable, locale or time zone of the caller may change how the server behaves. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return { NODE_ENV: process.env.NODE_ENV, PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
}
