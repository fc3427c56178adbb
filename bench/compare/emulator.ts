import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import type { Readable } from "node:stream";
import { advance } from "../../test/support/emulatorControl.ts";

const LIVEDASH = path.resolve(import.meta.dirname, "../../bin/livedash");

/** Starts an emulator in a process of its own, with these flags. Answers its base URL. */
export async function startEmulator(...flags: string[]): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(LIVEDASH, ["emulator", "--port", "0", ...flags], { stdio: ["ignore", "pipe", "inherit"] });
  return { child, url: await readAddress(child.stdout) };
}

/** One that leaves the processor to whoever sends to it: it answers nothing before `answerAll`. */
export const startIdleEmulator = () =>
  startEmulator("--manual-clock", "--validating", "1ms", "--in-progress", "0ms", "--finalizing", "0ms");

/** Has an idle emulator answer all that was sent to it, and waits until every batch has ended. */
export const answerAll = (url: string) => advance({ url }, 60_000);

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
