import type { Queue } from "pg-boss";
import type { Transaction } from "../db/pool.ts";
import { ensureQueue, withQueue } from "../db/queueInTransaction.ts";
import { readQueue } from "../db/queueSchema.ts";
import { LiveDashError, messageOf } from "../errors.ts";
import type { Message } from "./job.ts";

const DAY_SECONDS = 24 * 3_600;

export const QUEUE = {
  // A job of which a message is already there, or is being worked on, gets no other one for the same round.
  policy: "exclusive",
  notify: true,
  // Of a worker that is gone, it hears nothing any more.
  heartbeatSeconds: 60,
  expireInSeconds: DAY_SECONDS - 3_600,
  // The job itself counts how often it was broken off; a message also comes back while another worker still has the job.
  retryLimit: 20,
  retryDelay: 5,
  retryBackoff: true,
  retryDelayMax: 300,
  retentionSeconds: 30 * DAY_SECONDS,
  deleteAfterSeconds: 3_600,
} satisfies Omit<Queue, "name">;

export const queueOf = (kind: string) => `job-${kind}`;

/**
 * Sends jobs in the transaction that asks for them: either both are there, or neither. It is all done on the connection of
 * that transaction.
 * @throws LiveDashError `jobs_not_sent`
 */
export async function sendJobs(tx: Transaction, jobs: readonly (Message & { kind: string })[]): Promise<number> {
  const { schema } = await readQueue(tx);
  try {
    return await withQueue(tx, schema, async (boss) => {
      let sent = 0;
      for (const [name, ofKind] of Map.groupBy(jobs, ({ kind }) => queueOf(kind))) {
        await ensureQueue(tx, boss, schema, { name, ...QUEUE });
        const messages = ofKind.map(({ id, round }) => ({ data: { id, round }, singletonKey: `${id}/${round}` }));
        sent += (await boss.insert(name, messages, { returnId: true }))?.length ?? 0;
      }
      return sent;
    });
  } catch (cause) {
    const sentence = `The job could not be sent: ${messageOf(cause)}. The queue is in the schema "${schema}" of the database: run \`livedash migrate\`.`;
    throw new LiveDashError("jobs_not_sent", sentence, { cause });
  }
}
