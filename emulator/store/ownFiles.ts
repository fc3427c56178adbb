import { chmodSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

// What the emulator keeps is what people wrote: its owner's alone, whatever the umask says.

export const OWN_FILE = 0o600;
const OWN_FOLDER = 0o700;

/** Makes a folder that is its owner's; one from before is made so, with the files in it. */
export function makeOwnFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: OWN_FOLDER });
  chmodSync(folder, OWN_FOLDER);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isFile()) chmodSync(join(folder, entry.name), OWN_FILE);
  }
}

/** The data folder: one that holds other things than `ours` too keeps its rights. */
export function makeDataFolder(folder: string, ours: readonly string[]): void {
  if (!existsSync(folder) || readdirSync(folder).every((name) => ours.includes(name))) makeOwnFolder(folder);
}
