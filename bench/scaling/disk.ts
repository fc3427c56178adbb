import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { seededRandom } from "../../emulator/random.ts";
import { openPool } from "../../lib/db/pool.ts";
import { findOrCreateCompany } from "../../lib/import/findOrCreateCompany.ts";
import { importCsv } from "../../lib/import/importCsv.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { VirtualTime } from "../../test/faults/support/simTime.ts";
import { writeSessions } from "../compare/texts.ts";
import { SimulatedAccount } from "./account.ts";
import { letTimePass } from "./passing.ts";
import { openWorker } from "./worker.ts";

/** What a table has on disk of one analysed session. */
export interface Share {
  table: string;
  rows: number;
  /** Bytes of its rows, and of its indexes. */
  heap: number;
  indexes: number;
}

const START = Date.UTC(2026, 11, 1);
const DAY_MS = 86_400_000;
/** Less is of no account. */
const LEAST_BYTES = 20;

/** Imports sessions as `npm run bench` has them, has them analysed, and reads what each takes on disk, table by table. */
export async function measureDisk(databaseUrl: string, sessions: number): Promise<Share[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "livedash-disk-"));
  const db = openPool(databaseUrl, { max: 1 });
  try {
    const csv = path.join(folder, "sessions.csv");
    await writeSessions(csv, { count: sessions });
    const time = new VirtualTime(START);
    const random = seededRandom(1);
    const account = new SimulatedAccount(
      { name: "openai", perRow: 1, enqueuedTokens: Number.POSITIVE_INFINITY },
      time,
      random,
    );
    const stopping = new AbortController().signal;
    const ctx = openWorker({ name: "worker", db, time, random, accounts: [account], perRow: 1, stopping });
    const work = async () => {
      const company = await findOrCreateCompany(ctx, { name: "Bench", timeZone: "UTC" });
      await importCsv(ctx, { companyId: company.id, source: { kind: "file", path: csv } });
      await batchCreator(ctx);
      await ctx.clock.sleep(DAY_MS);
      await batchPoller(ctx);
    };
    await letTimePass(time, db, work());
    const { rows } = await db.query<Share>(
      `SELECT * FROM (
         SELECT relname AS "table", (n_tup_ins / $1::float8) AS "rows", pg_table_size(relid) / $1::float8 AS "heap",
                pg_indexes_size(relid) / $1::float8 AS "indexes"
           FROM pg_stat_user_tables WHERE schemaname = 'public') shares
        WHERE "heap" + "indexes" >= $2 ORDER BY "heap" + "indexes" DESC`,
      [sessions, LEAST_BYTES],
    );
    return rows;
  } finally {
    await db.end();
    await rm(folder, { recursive: true, force: true });
  }
}
