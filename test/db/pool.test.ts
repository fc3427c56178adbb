import { once } from "node:events";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { inTransaction, openPool } from "../../lib/db/pool.ts";
import { openSignIn } from "../../lib/signIn/signIn.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase } from "../support/database.ts";
import { silentLog } from "../web/support.ts";

const SETTINGS = `SELECT current_setting('jit') AS "jit", current_setting('idle_in_transaction_session_timeout') AS "idle"`;

test("a transaction is not compiled, is lost when nothing comes for a minute, and leaves nothing set", async () => {
  const database = await createTestDatabase();
  onTestFinished(database.drop);
  const pool = openPool(database.url, { max: 1 });
  onTestFinished(() => pool.end());
  await pool.query("SET jit = on");
  const before = (await pool.query(SETTINGS)).rows;
  expect(await inTransaction(pool, async (tx) => (await tx.query(SETTINGS)).rows)).toEqual([
    { jit: "off", idle: "1min" },
  ]);
  await inTransaction(pool, () => Promise.reject(new Error("given up"))).catch(() => {});
  expect((await pool.query(SETTINGS)).rows).toEqual(before);
});

test("so is a transaction that the library of the sign-in begins", async () => {
  const database = await createTestDatabase();
  onTestFinished(database.drop);
  const ctx = consoleContext(database.pool, silentLog(), { LIVEDASH_SECRET: "a secret of some length, long enough" });
  const { adapter } = await openSignIn(ctx, "platform").$context;
  const begun = await adapter.transaction(async () => {
    const open = `SELECT "query" FROM pg_stat_activity WHERE datname = current_database() AND "state" = 'idle in transaction'`;
    return (await database.owner.query<{ query: string }>(open)).rows;
  });
  expect(begun).toEqual([{ query: expect.stringContaining("idle_in_transaction_session_timeout = '60s'") }]);
});

test("a connection is opened with nothing that a pooler would refuse", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const pool = openPool(`postgresql://somebody@127.0.0.1:${port}/db`);
  const asked = pool.query("SELECT 1").catch(() => {});
  const [socket] = await once(server, "connection");
  const [startup]: [Buffer] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  await asked;
  await pool.end();
  // Length and version of the protocol, then names and values in turn.
  const words = startup.subarray(8).toString("utf8").split("\0").filter(Boolean);
  expect(words.filter((_, index) => index % 2 === 0).sort()).toEqual([
    "application_name",
    "client_encoding",
    "database",
    "user",
  ]);
});
