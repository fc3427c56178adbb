import { escapeIdentifier } from "pg";
import { PgBoss, type Queue } from "pg-boss";
import type { Transaction } from "./pool.ts";

/** The queue, on the connection of a transaction: what is sent is there once it is committed, or not at all. */
export async function withQueue<T>(tx: Transaction, schema: string, work: (boss: PgBoss) => Promise<T>): Promise<T> {
  const boss = new PgBoss({
    schema,
    db: { executeSql: (text, values) => tx.query(text, values) },
    migrate: false,
    createSchema: false,
    supervise: false,
    schedule: false,
    registerInstance: false,
  });
  // What fails is thrown as well.
  boss.on("error", () => {});
  try {
    await boss.start();
    return await work(boss);
  } finally {
    await boss.stop({ graceful: false });
  }
}

/** Makes a queue that is not there yet, as `createQueue` does, which would commit the transaction. */
export async function ensureQueue(
  tx: Transaction,
  boss: PgBoss,
  schema: string,
  { name, ...options }: Queue,
): Promise<void> {
  if (await boss.getQueue(name)) return;
  await tx.query(`SELECT ${escapeIdentifier(schema)}.create_queue($1, $2::jsonb)`, [name, JSON.stringify(options)]);
}
