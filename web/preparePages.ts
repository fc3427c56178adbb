import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import next from "next";
import { PHASE_PRODUCTION_SERVER } from "next/constants.js";
import { LiveDashError } from "../lib/errors.ts";
import { consoleBuildFolder, isComplete, PROJECT_ROOT } from "./buildConsole.ts";

export interface Pages {
  answer(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** Ends what Next runs beside its answers: in development it watches the sources. */
  close(): Promise<void>;
}

export interface PageOptions {
  host: string;
  port: number;
  dev: boolean;
  /** Where Next listens for upgrade requests. */
  upgrades: Server;
}

declare global {
  /** Where the pages find lib/ (`libraryLoader.cjs`). */
  var livedashRoot: string | undefined;
}

/**
 * Makes Next ready to answer requests.
 * @throws LiveDashError `console_not_built` when the current sources have not been built; never in development
 */
export async function preparePages(options: PageOptions): Promise<Pages> {
  process.env.NEXT_TELEMETRY_DISABLED = "1";
  globalThis.livedashRoot = PROJECT_ROOT;
  if (!options.dev) await chooseBuild();
  const app = next({
    dev: options.dev,
    dir: PROJECT_ROOT,
    hostname: options.host,
    port: options.port,
    httpServer: options.upgrades,
    quiet: true,
  });
  await app.prepare();
  const close = async () => {
    // In production it has nothing to end, and once closed it could not serve again in this process.
    if (options.dev) await app.close();
  };
  return { answer: app.getRequestHandler(), close };
}

async function chooseBuild(): Promise<void> {
  const folder = await consoleBuildFolder();
  if (!(await isComplete(folder))) {
    throw new LiveDashError(
      "console_not_built",
      "The console has not been built. Run `bin/livedash build`, then start again.",
    );
  }
  process.env.LIVEDASH_CONSOLE_BUILD = folder;
  // Next keeps the configuration once it is read. Read here first, it does not write a line about it to standard output.
  // (`require`, because under Node the default export of this CommonJS file is not the one that its types name.)
  const require = createRequire(import.meta.url);
  const { default: loadConfig }: typeof import("next/dist/server/config.js") = require("next/dist/server/config.js");
  await loadConfig(PHASE_PRODUCTION_SERVER, PROJECT_ROOT, { silent: true });
}
