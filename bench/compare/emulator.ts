import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import type { Readable } from "node:stream";

const LIVEDASH = path.resolve(import.meta.dirname, "../../bin/livedash");

/** Starts an emulator in a process of its own, with these flags. Answers its base URL. */
export async function startEmulator(...flags: string[]): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(LIVEDASH, ["emulator", "--port", "0", ...flags], { stdio: ["ignore", "pipe", "inherit"] });
  return { child, url: await readAddress(child.stdout) };
}

/** Where an emulator that just starts says that it listens. What it says later is read, too: without a reader it would end. */
export async function readAddress(stdout: Readable): Promise<string> {
  for await (const chunk of stdout.iterator({ destroyOnReturn: false })) {
    const url = /http:\S+\/v1/.exec(String(chunk))?.[0];
    if (!url) continue;
    stdout.resume();
    return url;
  }
  throw new Error("The emulator did not say where it listens.");
}
