import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";

const LIVEDASH = path.resolve(import.meta.dirname, "../../bin/livedash");

/** Starts an emulator in a process of its own, with these flags. Answers its base URL. */
export async function startEmulator(...flags: string[]): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(LIVEDASH, ["emulator", "--port", "0", ...flags], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const chunk of child.stdout) {
    const url = /http:\S+\/v1/.exec(String(chunk))?.[0];
    if (!url) continue;
    child.stdout.resume();
    return { child, url };
  }
  throw new Error("The emulator did not say where it listens.");
}
