import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { after } from "../../lib/clock.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { openPool } from "../../lib/db/pool.ts";
import { wantMail } from "../../lib/mail/outgoingMail.ts";
import { sendMailsAsTheyCome } from "../../lib/mail/sendMails.ts";
import { openLog } from "../../lib/observability/log.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { type MailServer, startMailServer } from "../support/mailServer.ts";

const NOW = new Date("2026-11-27T09:00:00Z");
const SAM = "sam@example.com";
const ADA = "ada@example.com";

let server: MailServer;
let database: TestDatabase;
let log: PassThrough;
beforeAll(async () => {
  server = await startMailServer();
  database = await createTestDatabase();
  await database.rows.platformUsers([{ email: SAM }, { email: ADA }]);
});
beforeEach(async () => {
  await database.owner.query(`TRUNCATE "OutgoingMail"`);
  server.mails.length = 0;
  log = new PassThrough();
});
afterAll(async () => {
  await database.drop();
  await server.close();
});

type Step = (worker: PipelineContext, ended: AbortController) => Promise<unknown>;

/** Has a worker send mails: in each of its pauses the next of these happens, and in the one behind the last it is ended. */
async function sendAsTheyCome(steps: Step[], env: Record<string, string> = mailSettings()): Promise<void> {
  const ended = new AbortController();
  const worker = consoleContext(database.pool, openLog({ level: "warn", format: "json", destination: log }), env);
  let time = NOW.getTime();
  const sleep = async (ms: number) => {
    time += ms;
    const step = steps.shift();
    if (step) await step(worker, ended);
    else ended.abort();
  };
  worker.clock = { now: () => new Date(time), sleep };
  await sendMailsAsTheyCome(worker, ended.signal);
}
const mailSettings = () => ({
  PUBLIC_URL: "https://livedash.example.com",
  SMTP_URL: server.url,
  MAIL_FROM: "livedash@example.com",
});

const want = ({ clock }: PipelineContext, email: string, agoMs = 0) => {
  const then = { ...clock, now: () => after(clock, -agoMs) };
  return wantMail({ clock: then }, database.pool, { kind: "reset", realm: "platform", email });
};
const sentTo = () => server.mails.flatMap(({ to }) => to);
/** For whom a mail is wanted that nobody has taken. */
const untried = async () => {
  const { rows } = await database.owner.query(`SELECT "email" FROM "OutgoingMail" WHERE "attempts" = 0`);
  return rows.map(({ email }) => email);
};

describe("a worker's mails", () => {
  it("are sent as they come, and those that came while the database could not be reached afterwards", async () => {
    const unreachable = openPool("postgresql://127.0.0.1:1/none");
    await sendAsTheyCome([
      async (worker) => {
        expect(sentTo()).toEqual([]);
        await want(worker, SAM);
      },
      async (worker) => {
        expect(sentTo()).toEqual([SAM]);
        await want(worker, ADA);
        worker.db = unreachable;
      },
      async (worker) => {
        expect(sentTo()).toEqual([SAM]);
        expect(String(log.read())).toContain('"event":"mail.not_looked_for"');
        worker.db = database.pool;
      },
    ]);
    expect(sentTo()).toEqual([SAM, ADA]);
    expect(log.read()).toBeNull();
    await unreachable.end();
  });

  it("wait for another worker where this one is ended while it sends the one before", async () => {
    await sendAsTheyCome([
      async (worker, ended) => {
        await want(worker, SAM, 1_000);
        await want(worker, ADA);
        server.meanwhile(async () => ended.abort());
      },
    ]);
    expect(await untried()).toEqual([ADA]);
    expect(sentTo()).not.toContain(ADA);
    await sendAsTheyCome([async () => {}]);
    expect(await untried()).toEqual([]);
    expect(sentTo()).toContain(ADA);
  });

  it("do not hold it back when it ends and the mail server says nothing: they go out later", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    await sendAsTheyCome(
      [
        async (worker, ended) => {
          await want(worker, SAM);
          silent.once("connection", () => ended.abort());
        },
      ],
      { ...mailSettings(), SMTP_URL: `smtp://127.0.0.1:${port}` },
    );
    const { rows } = await database.owner.query(`SELECT "endedAt", "attempts", "failure" FROM "OutgoingMail"`);
    expect(rows).toEqual([{ endedAt: null, attempts: 1, failure: expect.not.stringContaining("ETIMEDOUT") }]);
    silent.close();
  });

  it("are left to others where it has no mail server: it does not even look", async () => {
    await sendAsTheyCome([(worker) => want(worker, SAM)]);
    await want(consoleContext(database.pool, openLog({ level: "fatal", format: "json" })), ADA);
    await sendAsTheyCome([() => expect.fail("It pauses, so it looks again.")], {});
    expect(sentTo()).toEqual([SAM]);
    expect(await untried()).toEqual([ADA]);
  });
});
