import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createContext } from "./createContext.ts";
import { EmulatorError } from "./errors.ts";
import { handleCall } from "./http/handleCall.ts";
import { type EmulatorOptions, parseEmulatorOptions } from "./options.ts";

export type { EmulatorOptions } from "./options.ts";

/** A running emulator. */
export interface RunningEmulator {
  /** Base URL for a client, such as http://127.0.0.1:8787/v1; of another shape with that one's own path. */
  url: string;
  port: number;
  /** Stops it: connections are closed, batches rest where they stand. A temporary folder is removed. */
  close(): Promise<void>;
}

/**
 * Starts the Batch and Files API emulator.
 * @throws EmulatorError `invalid_options`, `port_in_use`, `cannot_listen`, `damaged_data`.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<RunningEmulator> {
  const { clock, random, logger, ...data } = options;
  const settings = parseEmulatorOptions(data);
  const temporary = settings.dataDir === undefined;
  const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 600_000 });
  const port = await listen(server, settings.host, settings.port);
  const folder = settings.dataDir ?? (await mkdtemp(join(tmpdir(), "livedash-emulator-")));
  const ready = createContext(settings, { clock, random, logger }, folder);
  server.on("request", (request, response) => {
    ready.then(
      (emulator) => handleCall(emulator, request, response),
      () => response.destroy(),
    );
  });
  try {
    const emulator = await ready;
    return {
      url: `http://${settings.host.includes(":") ? `[${settings.host}]` : settings.host}:${port}${emulator.shape.prefix}`,
      port,
      async close() {
        await stop(server);
        await emulator.stopRunners();
        emulator.store.close();
        if (temporary) await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await stop(server);
    if (temporary) await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Takes the port before anything is read, so that a second emulator cannot touch the folder of the first. */
async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(explain(cause, host, port)));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new EmulatorError("cannot_listen", `The emulator got no port on ${host}.`);
  }
  return address.port;
}

function explain(cause: NodeJS.ErrnoException, host: string, port: number): EmulatorError {
  if (cause.code === "EADDRINUSE") {
    const message = `Port ${port} on ${host} is in use: stop what listens there, or give the emulator another port.`;
    return new EmulatorError("port_in_use", message, { cause });
  }
  const message = `The emulator cannot listen on ${host} port ${port} (${cause.code ?? "unknown error"}).`;
  return new EmulatorError("cannot_listen", message, { cause });
}

async function stop(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
