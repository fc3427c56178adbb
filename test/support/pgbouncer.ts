import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cleanEnvironment, spawnIdentity } from "../../lib/db/embedded/run.ts";
import { findServerUser } from "../../lib/db/embedded/server-user.ts";
import { findProgram } from "./debianProgram.ts";

export interface RunningPgBouncer {
  /** The address of the same database, for the same user, by way of the pooler. */
  through(address: string): string;
  stop(): Promise<void>;
}

/** Of the socket's name alone: it listens nowhere else. */
const PORT = "6432";

/**
 * Starts a PgBouncer before the server of these addresses, on a socket of its own. Of its connections, the one that has been
 * unused for longest comes first: what one leaves behind on a connection is found by another at once.
 * @param addresses whom it lets in; all of one server
 * @param settings of PgBouncer, such as `{ default_pool_size: "1" }`
 */
export async function startPgBouncer(
  mode: "session" | "transaction",
  addresses: readonly string[],
  settings: Record<string, string> = {},
): Promise<RunningPgBouncer> {
  const { path, env } = await findProgram("pgbouncer");
  const folder = await mkdtemp(join(tmpdir(), "livedash-pgbouncer-run-"));
  await chmod(folder, 0o777); // Another user's, when this process is root.
  await writeFile(join(folder, "users.txt"), addresses.map(userOf).join("\n"));
  await writeFile(join(folder, "pgbouncer.ini"), configuration(folder, new URL(addresses[0] ?? ""), mode, settings));
  const child = spawn(path, [join(folder, "pgbouncer.ini")], {
    ...spawnIdentity(process.getuid?.() === 0 ? await findServerUser(folder) : undefined),
    env: { ...cleanEnvironment(), ...env },
  });
  const ended = once(child, "close");
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (chunk) => {
      said += chunk;
      if (said.includes("process up")) resolve();
    });
    ended.then(() => reject(new Error(`PgBouncer has ended: ${said}`)), reject);
  });
  return {
    through: (address) => {
      const url = new URL(address);
      url.hostname = "localhost";
      url.port = PORT;
      url.searchParams.set("host", folder);
      return url.href;
    },
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

function configuration(folder: string, server: URL, mode: string, settings: Record<string, string>): string {
  const host = server.searchParams.get("host") ?? server.hostname;
  const lines = Object.entries({
    listen_addr: "",
    listen_port: PORT,
    unix_socket_dir: folder,
    unix_socket_mode: "0777",
    auth_type: "scram-sha-256",
    auth_file: join(folder, "users.txt"),
    pool_mode: mode,
    default_pool_size: "8",
    max_client_conn: "200",
    server_round_robin: "1",
    ...settings,
  }).map(([name, value]) => `${name} = ${value}`);
  return ["[databases]", `* = host=${host} port=${server.port}`, "[pgbouncer]", ...lines, ""].join("\n");
}

function userOf(address: string): string {
  const { username, password } = new URL(address);
  return `"${decodeURIComponent(username)}" "${decodeURIComponent(password)}"`;
}
