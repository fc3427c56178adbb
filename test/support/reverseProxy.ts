import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cleanEnvironment } from "../../lib/db/embedded/run.ts";
import { findProgram } from "./debianProgram.ts";
import { LOOPBACK_CERTIFICATE } from "./loopbackCertificate.ts";

/** The files of `deploy/` that are run. */
export type ProxyKind = "nginx" | "caddy";

/** The name that these files serve. */
export const SITE = "livedash.example.com";

export interface RunningProxy {
  /** Where it takes calls over TLS, and where it sends them there from. */
  port: number;
  plainPort: number;
  stop(): Promise<void>;
}

/** Where nobody listens. */
const NOBODY = 9;

/** Where LiveDash listens: the console, and the one that stands in for it. */
export interface Consoles {
  first?: number;
  second?: number;
}

/**
 * Runs the proxy's file as it stands in `deploy/`, with the ports, the certificate and LiveDash's ports of this test in the
 * place of those that it names.
 * @throws if the file does not hold what is to be replaced
 */
export async function startProxy(
  kind: ProxyKind,
  { first = NOBODY, second = NOBODY }: Consoles,
): Promise<RunningProxy> {
  const folder = await mkdtemp(join(tmpdir(), `livedash-${kind}-`));
  const [port, plainPort] = [await freePort(), await freePort()];
  const at = { folder, port, plainPort, first, second };
  await writeFile(join(folder, "cert.pem"), LOOPBACK_CERTIFICATE.cert);
  await writeFile(join(folder, "key.pem"), LOOPBACK_CERTIFICATE.key);
  const { path, env } = await findProgram(kind);
  const args = kind === "nginx" ? await writeNginx(at) : await writeCaddy(at);
  // Caddy keeps its state below these.
  const home = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const child = spawn(path, args, { env: { ...cleanEnvironment(), ...home, ...env } });
  const ended = once(child, "close");
  let said = "";
  const isUp = kind === "nginx" ? /start worker process \d/ : /serving initial configuration/;
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        said += chunk;
        if (isUp.test(said)) resolve();
      });
    }
    ended.then(() => reject(new Error(`${kind} has ended: ${said}`)), reject);
  });
  return {
    port,
    plainPort,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

interface Place {
  folder: string;
  port: number;
  plainPort: number;
  first: number;
  second: number;
}

async function writeNginx({ folder, port, plainPort, first, second }: Place): Promise<string[]> {
  const file = await fileOf("nginx/livedash.conf");
  const site = replaceAll(file, [
    ["    listen [::]:80;\n", ""],
    ["    listen [::]:443 ssl http2;\n", ""],
    ["listen 80;", `listen 127.0.0.1:${plainPort};`],
    ["listen 443 ssl http2;", `listen 127.0.0.1:${port} ssl http2;`],
    ["server 127.0.0.1:3000 ", `server 127.0.0.1:${first} `],
    ["server 127.0.0.1:3001 ", `server 127.0.0.1:${second} `],
    ["/etc/ssl/livedash/fullchain.pem", join(folder, "cert.pem")],
    ["/etc/ssl/livedash/privkey.pem", join(folder, "key.pem")],
  ]);
  await writeFile(join(folder, "livedash.conf"), site);
  const kept = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((it) => `${it}_temp_path ${folder}/${it};`);
  const lines = [
    ...(process.getuid?.() === 0 ? ["user root;"] : []),
    `daemon off; pid ${folder}/pid; error_log stderr notice; worker_processes 1;`,
    "events {}",
    `http { access_log off; ${kept.join(" ")} include ${folder}/livedash.conf; }`,
  ];
  await writeFile(join(folder, "nginx.conf"), lines.join("\n"));
  return ["-e", "stderr", "-p", folder, "-c", join(folder, "nginx.conf")];
}

async function writeCaddy({ folder, port, plainPort, first, second }: Place): Promise<string[]> {
  const name = `\n{$LIVEDASH_NAME:${SITE}} {`;
  const site = replaceAll(await fileOf("caddy/Caddyfile"), [
    [name, `${name}\n\tbind 127.0.0.1\n\ttls ${folder}/cert.pem ${folder}/key.pem`],
    ["127.0.0.1:3000 127.0.0.1:3001", `127.0.0.1:${first} 127.0.0.1:${second}`],
  ]);
  const options = `{\n\tadmin off\n\tauto_https disable_certs\n\thttp_port ${plainPort}\n\thttps_port ${port}\n}\n`;
  await writeFile(join(folder, "Caddyfile"), options + site);
  return ["run", "--adapter", "caddyfile", "--config", join(folder, "Caddyfile")];
}

const fileOf = (name: string) => readFile(join(import.meta.dirname, "../../deploy", name), "utf8");

function replaceAll(text: string, pairs: [string, string][]): string {
  return pairs.reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`The file does not hold: ${from}`);
    return changed.replaceAll(from, to);
  }, text);
}

/** One that was free a moment ago: these programs cannot be told to take any. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("A server has no port.");
  return address.port;
}
