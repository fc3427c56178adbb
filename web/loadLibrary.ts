import { pathToFileURL } from "node:url";
import { PROJECT_ROOT } from "./buildConsole.ts";
import { listLibrary } from "./consoleSources.ts";

/**
 * Loads all of lib/ that pages import (`libraryLoader.cjs`), so that none of it comes from another version when files are replaced
 * under a running server.
 */
export async function loadLibrary(): Promise<void> {
  await Promise.all((await listLibrary(PROJECT_ROOT)).map((file) => import(pathToFileURL(file).href)));
}
