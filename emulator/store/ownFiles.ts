import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

// What the emulator keeps is what people wrote: its owner's alone, whatever the umask says.

export const OWN_FILE = 0o600;
const OWN_FOLDER = 0o700;

/**
 * Makes a folder that is its owner's; one from before is made so, with the files in it. What belongs to somebody else, such as
 * a mounted volume, stays as it is: its rights are theirs to set.
 */
export function makeOwnFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: OWN_FOLDER });
  chmodOurs(folder, OWN_FOLDER);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isFile()) chmodOurs(join(folder, entry.name), OWN_FILE);
  }
}

function chmodOurs(path: string, mode: number): void {
  // Systems without users have nothing to compare, and no rights either.
  if (statSync(path).uid === process.getuid?.()) chmodSync(path, mode);
}

/** The data folder: one that holds other things than `ours` too keeps its rights. */
export function makeDataFolder(folder: string, ours: readonly string[]): void {
  if (!existsSync(folder) || readdirSync(folder).every((name) => ours.includes(name))) makeOwnFolder(folder);
}
