import { spawn } from "node:child_process";
import { once } from "node:events";
import { chown, cp, lstat, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { Client } from "pg";
import { afterEach, describe, expect, it, vi } from "vitest";
import { binariesIn, findBinaries } from "../../lib/db/embedded/binaries.ts";
import { startTemporaryPostgres } from "../../lib/db/embedded/index.ts";
import { choosePlace } from "../../lib/db/embedded/place.ts";
import { run } from "../../lib/db/embedded/run.ts";
import { findServerUser } from "../../lib/db/embedded/server-user.ts";
import {
  ask,
  children,
  cleanUp,
  failure,
  folders,
  isAlive,
  newFolder,
  postmaster,
  start,
  startElsewhere,
} from "./embeddedHelpers.ts";

const isRoot = process.getuid?.() === 0;

afterEach(cleanUp);

describe("an embedded PostgreSQL", () => {
  it("starts on a new folder, keeps its data over a restart, and asks for its password", async () => {
    const dataDir = path.join(await newFolder(), "a folder with 'quotes' and $(spaces)");
    const first = await start(dataDir);
    expect(first).toMatchObject({ startedHere: true, folder: dataDir });
    expect(first.note).toBeUndefined();
    expect(new URL(first.url)).toMatchObject({ hostname: "127.0.0.1", pathname: "/livedash" });
    await ask(first.url, "CREATE TABLE kept AS SELECT 'grüße' AS word");
    expect(await ask(first.url, "SHOW timezone")).toBe("UTC");
    expect(await ask(first.url, "SHOW server_encoding")).toBe("UTF8");
    expect(await ask(first.url, "SHOW listen_addresses")).toBe("127.0.0.1");
    expect(await ask(first.url, "SHOW unix_socket_directories")).toBe("");
    expect(await ask(first.url, "SHOW shared_buffers")).toBe("32MB");
    expect((await lstat(path.join(dataDir, "server/password"))).mode & 0o777).toBe(0o600);
    expect((await lstat(path.join(dataDir, "server"))).mode & 0o777).toBe(0o700);
    const wrong = new URL(first.url);
    wrong.password = "wrong";
    await expect(ask(wrong.href, "SELECT 1")).rejects.toMatchObject({ code: "28P01" });
    expect(await first.stop()).toEqual({ stopped: true });

    const second = await start(dataDir);
    expect(second.startedHere).toBe(true);
    expect(await ask(second.url, "SELECT word FROM kept")).toBe("grüße");
  });

  it("is taken up again after the process that started it was killed", async () => {
    const dataDir = await newFolder();
    const other = await startElsewhere(dataDir);
    expect(other.startedHere).toBe(true);
    const pid = await postmaster(dataDir);
    other.child.kill("SIGKILL");
    await once(other.child, "exit");
    expect(isAlive(pid)).toBe(true);

    const server = await start(dataDir);
    expect(server).toMatchObject({ startedHere: false, url: other.url });
    expect(await postmaster(dataDir)).toBe(pid);
    expect(await server.stop()).toEqual({ stopped: true });
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 60_000);
  });

  it("recovers after it was killed itself, whoever has its process number now", async () => {
    const dataDir = await newFolder();
    const first = await start(dataDir);
    await ask(first.url, "CREATE TABLE kept AS SELECT 1 AS one");
    const pidFile = path.join(dataDir, "server/data/postmaster.pid");
    process.kill(await postmaster(dataDir), "SIGKILL");
    const second = await start(dataDir);
    expect(second.startedHere).toBe(true);
    expect(await ask(second.url, "SELECT one FROM kept")).toBe(1);

    const text = await readFile(pidFile, "utf8");
    process.kill(await postmaster(dataDir), "SIGKILL");
    // The server's own user has the number now: PostgreSQL alone would take this process for its server.
    const user = isRoot ? await findServerUser(path.join(dataDir, "server")) : undefined;
    const stranger = spawn("sleep", ["600"], { ...(user && { uid: user.uid | 0, gid: user.gid | 0 }), cwd: "/" });
    children.push(stranger);
    await once(stranger, "spawn");
    await writeFile(pidFile, text.replace(/^\d+/, String(stranger.pid)));
    const third = await start(dataDir);
    expect(third.startedHere).toBe(true);
    expect(stranger.exitCode).toBeNull();
    expect(await ask(third.url, "SELECT one FROM kept")).toBe(1);
  });

  it("is one server for processes that start at the same time, and the last one out stops it", async () => {
    const dataDir = await newFolder();
    const [one, two, here] = await Promise.all([startElsewhere(dataDir), startElsewhere(dataDir), start(dataDir)]);
    expect([one.startedHere, two.startedHere, here.startedHere].filter(Boolean)).toHaveLength(1);
    expect(new Set([one.url, two.url, here.url]).size).toBe(1);
    expect(await readdir(dataDir)).toEqual(["server"]);
    const pid = await postmaster(dataDir);
    expect(await one.stop()).toEqual({ stopped: false });
    expect(await here.stop()).toEqual({ stopped: false });
    expect(isAlive(pid)).toBe(true);
    expect(await two.stop()).toEqual({ stopped: true });
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 60_000);
  });

  it("stays on while another program is connected", async () => {
    const dataDir = await newFolder();
    const server = await start(dataDir);
    const client = new Client({ connectionString: server.url });
    await client.connect();
    expect(await server.stop()).toEqual({ stopped: false });
    expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    await client.end();
    expect(await (await start(dataDir)).stop()).toEqual({ stopped: true });
  });

  it("writes nothing into its log that a client sent", async () => {
    const dataDir = await newFolder();
    const server = await start(dataDir);
    const canary = "canary-4711";
    for (const sql of [
      `SELECT '${canary}'::int`,
      `SELECT * FROM "${canary}"`,
      `DO $$ BEGIN RAISE WARNING '${canary}'; RAISE EXCEPTION '${canary}'; END $$`,
      `CREATE TABLE once (word text UNIQUE); INSERT INTO once VALUES ('${canary}'), ('${canary}')`,
    ]) {
      await expect(ask(server.url, sql)).rejects.toThrow();
    }
    await server.stop();
    const log = await readFile(path.join(dataDir, "server/server.log"), "utf8");
    expect(log).toContain("ready to accept connections");
    expect(log).not.toContain(canary);
  });

  it("removes all that a temporary one made, whoever is connected", async () => {
    const server = await startTemporaryPostgres({ database: "odd name" });
    const client = new Client({ connectionString: server.url });
    client.on("error", () => {});
    await client.connect();
    const { rows } = await client.query("SELECT current_database() AS name");
    expect(rows).toEqual([{ name: "odd name" }]);
    const pid = await postmaster(server.folder);
    await server.stop();
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 60_000);
    await expect(lstat(server.folder)).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("what cannot work", () => {
  it("is said in one sentence that names DATABASE_URL", async () => {
    const unsupported = await failure(findBinaries("sunos-x64"));
    expect(unsupported.code).toBe("embedded_postgres_unsupported");
    const absent = `darwin-${process.arch === "x64" ? "arm64" : "x64"}`;
    const missing = await failure(findBinaries(process.platform === "linux" ? absent : "linux-x64"));
    expect(missing.code).toBe("embedded_postgres_missing");

    const folder = await newFolder();
    await writeFile(path.join(folder, "file"), "");
    const notWritable = await failure(start(path.join(folder, "file", "data")));
    expect(notWritable.code).toBe("embedded_postgres_not_writable");

    await (await start(folder)).stop();
    const setting = await failure(start(folder, { shared_buffers: "plenty" }));
    expect(setting.code).toBe("embedded_postgres_start");
    expect(setting.message).toContain('"shared_buffers"');

    await writeFile(path.join(folder, "server/password"), "another\n");
    const password = await failure(start(folder));
    expect(password.code).toBe("embedded_postgres_password");
    process.kill(await postmaster(folder), "SIGINT");

    await writeFile(path.join(folder, "server/data/PG_VERSION"), "9\n");
    const version = await failure(start(folder));
    expect(version.code).toBe("embedded_postgres_version");

    for (const error of [unsupported, missing, notWritable, setting, password, version]) {
      expect(error.message).toMatch(/^[^\n]+DATABASE_URL[^\n]*\.$/);
    }
  });
});

describe.runIf(isRoot)("started by root", () => {
  it("runs as nobody, and an ordinary user runs it as himself", async () => {
    const folder = await newFolder(0o755);
    const nobody = await findServerUser(folder);
    await start(path.join(folder, "root"));
    expect((await lstat(path.join(folder, "root/server/data"))).uid).toBe(nobody.uid);

    const own = path.join(folder, "own");
    await mkdir(own);
    const [uid, gid] = (await run("/bin/sh", ["-c", "id -u daemon; id -g daemon"])).output.split("\n").map(Number);
    if (!uid || !gid) throw new Error("This system has no user daemon to try this with.");
    await chown(own, uid, gid);
    const { code } = await run(process.execPath, ["--version"], { uid, gid });
    if (code !== 0) return; // The project is in a folder that only root can enter: no other user could start it.
    const other = await startElsewhere(path.join(own, "data"), { uid, gid });
    expect(await ask(other.url, "SELECT 1")).toBe(1);
    expect((await lstat(path.join(own, "data/server/data"))).uid).toBe(uid);
    const here = await start(path.join(own, "data"));
    expect(here).toMatchObject({ startedHere: false, url: other.url });
    expect(await other.stop()).toEqual({ stopped: false });
    expect(await here.stop()).toEqual({ stopped: true });
  });

  it("keeps data outside a folder that its user cannot reach, and says where", async () => {
    const closed = await newFolder(0o700);
    const server = await start(path.join(closed, "data"));
    folders.push(server.folder);
    expect(server.folder).toMatch(/^\/var\/(lib|db)\/livedash\/data-[0-9a-f]{16}$/);
    expect(server.note).toContain(server.folder);
    expect((await lstat(closed)).mode & 0o777).toBe(0o700);
    expect(await ask(server.url, "SELECT 1")).toBe(1);
    await server.stop();
    const again = await start(path.join(closed, "data"));
    expect(again.folder).toBe(server.folder);
  });

  it("copies the programs when its user cannot reach them", async () => {
    const closed = await newFolder(0o700);
    const real = await findBinaries();
    await cp(real.root, path.join(closed, "native"), { recursive: true, verbatimSymlinks: true });
    const hidden = binariesIn(path.join(closed, "native"), `${real.version}-test-${process.pid}`);
    const place = await choosePlace(path.join(await newFolder(), "data"), hidden);
    folders.push(place.binaries.root);
    expect(path.dirname(place.binaries.root)).toMatch(/^\/var\/(lib|db)\/livedash$/);
    const { code, output } = await run(place.binaries.postgres, ["--version"], place.user);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/^postgres \(PostgreSQL\) 18/) });
    expect((await lstat(place.binaries.root)).uid).toBe(0);
  });
});
