import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { ensureConsoleBuilt } from "../../web/buildConsole.ts";
import { type RunningCommand, startProgram } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { withHeld } from "../support/held.ts";
import { always, startOddServer } from "../support/oddServer.ts";

let database: TestDatabase;
beforeAll(async () => {
  await ensureConsoleBuilt();
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const SECRET = "a secret that only tests know, thirty-two";
/** What keeps a scheduler from its next step as long as it is held. */
const HOLD = `LOCK TABLE "SchedulerState" IN ACCESS EXCLUSIVE MODE`;
const COUNT_HELD = `SELECT count(*)::int AS "held" FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%"SchedulerState"%'`;

/** Starts a process whose schedulers begin a run each second. */
async function start(program: "server.ts" | "worker.ts"): Promise<RunningCommand> {
  const provider = await startOddServer(always(503, ""));
  const command = startProgram(program, {
    DATABASE_URL: database.url,
    LIVEDASH_SECRET: SECRET,
    OPENAI_API_KEY: "none",
    OPENAI_BASE_URL: provider.url,
    BATCH_POLLING_INTERVAL: "1s",
    PORT: "0",
    METRICS_PORT: "0",
  });
  onTestFinished(() => void command.child.kill("SIGKILL"));
  await command.says(program === "server.ts" ? /server\.listening/ : /schedulers\.started/);
  return command;
}

/** Holds up a run of a scheduler while `work` looks. */
async function whileHeldUp<T>(work: () => Promise<T>): Promise<T> {
  return withHeld(database.owner, async (held) => {
    await held.query(HOLD);
    // On another connection: in a transaction, pg_stat_activity stays as it was when it was first read.
    const countHeld = async () => (await database.owner.query<{ held: number }>(COUNT_HELD)).rows[0]?.held;
    await expect.poll(countHeld).toBeGreaterThan(0);
    return work();
  });
}

const addressOf = (command: RunningCommand) =>
  /"event":"server\.listening","url":"([^"]+)"/.exec(command.stderr())?.[1] ?? expect.fail("It does not listen");
const metricsOf = (command: RunningCommand) =>
  /"event":"metrics\.listening","host":"127.0.0.1","port":(\d+)/.exec(command.stderr())?.[1] ??
  expect.fail("No metrics");

async function ask(url: string): Promise<{ status: number | undefined; connection: string | undefined; body: string }> {
  const [answer]: IncomingMessage[] = await once(get(url), "response");
  if (!answer) return expect.fail("No answer");
  let body = "";
  for await (const chunk of answer) body += chunk;
  return { status: answer.statusCode, connection: answer.headers.connection, body };
}

describe("a web process that gets SIGTERM", () => {
  it("is not ready any more while it still serves and its schedulers come to their end, and then ends", async () => {
    const server = await start("server.ts");
    const ready = () => ask(`${addressOf(server)}/api/ready`);
    expect(await ready()).toMatchObject({ status: 200, connection: "keep-alive" });
    await whileHeldUp(async () => {
      server.child.kill("SIGTERM");
      await expect.poll(async () => (await ready()).status, { interval: 10 }).toBe(503);
      expect(await ready()).toEqual({ status: 503, connection: "close", body: '{"ok":false,"stopping":true}' });
      expect((await ask(`${addressOf(server)}/api/health`)).status).toBe(200);
    });
    const { code, stderr } = await server.finished;
    expect({ code, stderr: stderr.match(/livedash: .*/)?.[0] }).toEqual({ code: 0, stderr: undefined });
    expect(stderr).toContain("schedulers.stopped");
  });

  it("ends all the same, and says so, when something never comes to its end", async () => {
    const server = await start("server.ts");
    const { code, stderr } = await whileHeldUp(() => {
      server.child.kill("SIGTERM");
      return server.finished;
    });
    expect(code).toBe(143);
    expect(stderr).toContain("livedash: Stopped after 10 seconds, with work under way.");
  });
});

describe("a worker that gets SIGTERM", () => {
  it("serves its metrics until its schedulers have come to their end, says that it is stopping, and ends", async () => {
    const worker = await start("worker.ts");
    const served = (path: string) => ask(`http://127.0.0.1:${metricsOf(worker)}${path}`);
    expect(await served("/health")).toMatchObject({ status: 200, body: '{"ok":true}' });
    await whileHeldUp(async () => {
      worker.child.kill("SIGTERM");
      await expect.poll(async () => (await served("/health")).status).toBe(503);
      expect((await served("/health")).body).toBe('{"ok":false,"reason":"This process is stopping."}');
      expect((await served("/metrics")).status).toBe(200);
    });
    const { code, stderr } = await worker.finished;
    expect({ code, stderr: stderr.match(/livedash: .*/)?.[0] }).toEqual({ code: 0, stderr: undefined });
    expect(stderr).toContain("schedulers.stopped");
  });

  it("ends all the same, and says so, when something never comes to its end", async () => {
    const worker = await start("worker.ts");
    const { code, stderr } = await whileHeldUp(() => {
      worker.child.kill("SIGTERM");
      return worker.finished;
    });
    expect(code).toBe(143);
    expect(stderr).toContain("livedash: Stopped after 30 seconds, with work under way.");
  });
});
