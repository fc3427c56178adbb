import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { LiveDashError } from "../../errors.ts";
import { type Binaries, findBinaries } from "./binaries.ts";
import { initialise, readPassword } from "./initialise.ts";
import { becomeLast, connectKeeper, ensureDatabase, type Keeper } from "./keeper.ts";
import { type Launch, launch } from "./launch.ts";
import { type Addresses, addressesOf, ensureLogins } from "./logins.ts";
import { findRunning } from "./pid-file.ts";
import { choosePlace, type Place } from "./place.ts";
import { run } from "./run.ts";

export type EmbeddedPostgresOptions = {
  /** The folder for the data; it is created if need be, and belongs to LiveDash alone. */
  dataDir: string;
  /** The database that `url` names; created if need be. Default "livedash". */
  database?: string;
  /** Further settings of PostgreSQL, such as `{ fsync: "off" }`; used only if this call starts the server. */
  settings?: Record<string, string>;
  /** The programs to run, such as those of another release. Default: those that LiveDash brings. */
  binaries?: Binaries;
  /** Whether the logins of the application and the tenants are made. */
  logins?: boolean;
};

export type EmbeddedPostgres = {
  /** The owner's address with user and password: never to be logged. */
  url: string;
  /** All addresses; of the application and the tenants they work with `logins` alone. */
  addresses: Addresses;
  /** False when a server was already running on this folder and was taken up. */
  startedHere: boolean;
  /** The folder that holds the data: `dataDir`, or another one, and then `note` says so in words for a person. */
  folder: string;
  note?: string;
  /**
   * Stops the server if nobody else is connected to it; close your own connections first. With `force`, whoever is.
   * Errors: embedded_postgres_stop.
   */
  stop(options?: { force?: boolean }): Promise<{ stopped: boolean }>;
};

/** Recovery after a crash may take minutes; a server that shows no sign of life after this long is given up. */
const START_LIMIT_MS = 180_000;
/** An old server's processes may need some seconds to go; so long, a new one cannot start. */
const LAUNCH_LIMIT = 40;
const LAUNCH_PAUSE_MS = 250;
const PAUSE_MS = 20;

/**
 * Starts PostgreSQL on `dataDir`, or takes up the server that already runs there, whoever started it.
 * All its errors are LiveDashErrors whose code begins with embedded_postgres_ and whose sentence says what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const place = await choosePlace(options.dataDir, options.binaries ?? (await findBinaries()));
  const settings = options.settings ?? {};
  await initialise(place, settings.fsync !== "off");
  const password = await readPassword(place);
  const { keeper, port, startedHere } = await reachServer(place, password, settings);
  const database = options.database ?? "livedash";
  const stop = stopOnce(place, keeper);
  try {
    await ensureDatabase(keeper, database, place);
    if (options.logins) await ensureLogins(keeper, password, startedHere);
  } catch (error) {
    await stop();
    throw error;
  }
  keeper.rest(true);
  const addresses = addressesOf(port, password, database);
  const note = place.note === undefined ? {} : { note: place.note };
  return { url: addresses.owner, addresses, startedHere, folder: path.dirname(place.home), ...note, stop };
}

type Reached = { keeper: Keeper; port: number; startedHere: boolean };

/** Looks at the folder again and again until a server of it has let us in, starting one whenever there is none. */
async function reachServer(place: Place, password: string, settings: Record<string, string>): Promise<Reached> {
  const until = Date.now() + START_LIMIT_MS;
  let launched: Launch | undefined;
  let launches = 0;
  while (Date.now() < until) {
    const running = await findRunning(place.data);
    if (running?.ready && running.port !== undefined) {
      const keeper = await connectKeeper(place, running.port, password);
      if (keeper) return { keeper, port: running.port, startedHere: launched?.child.pid === running.pid };
    } else if (running === undefined) {
      const ending = await launched?.ended();
      if (ending !== undefined && (!ending.again || launches >= LAUNCH_LIMIT)) throw ending.error;
      if (ending !== undefined) await delay(LAUNCH_PAUSE_MS);
      if (launched === undefined || ending !== undefined) {
        launched = await launch(place, settings);
        launches += 1;
      }
    }
    await delay(PAUSE_MS);
  }
  launched?.child.kill("SIGINT");
  throw new LiveDashError(
    "embedded_postgres_start",
    `The embedded PostgreSQL in ${place.data} did not answer within ${START_LIMIT_MS / 1000} s. See ${place.logFile}, or set DATABASE_URL.`,
    { retryable: true },
  );
}

/** The stop of one handle: whoever calls it, and how often, it happens once. */
function stopOnce(place: Place, keeper: Keeper): EmbeddedPostgres["stop"] {
  let stopping: Promise<{ stopped: boolean }> | undefined;
  return (options) => {
    stopping ??= stop(place, keeper, options?.force ?? false);
    return stopping;
  };
}

async function stop(place: Place, keeper: Keeper, force: boolean): Promise<{ stopped: boolean }> {
  keeper.rest(false);
  try {
    if (!keeper.isAlive() && (await findRunning(place.data)) === undefined) return { stopped: true };
    if (!force && !(keeper.isAlive() && (await becomeLast(keeper)))) return { stopped: false };
    const args = ["stop", "-D", place.data, "-m", "fast", "-w", "-t", "100"];
    const { code } = await run(place.binaries.pgCtl, args, place.user);
    if (code === 0 || (await findRunning(place.data)) === undefined) return { stopped: true };
  } finally {
    await keeper.client.end().catch(() => undefined);
  }
  throw new LiveDashError(
    "embedded_postgres_stop",
    `The embedded PostgreSQL in ${place.data} did not stop. See ${place.logFile}.`,
  );
}
