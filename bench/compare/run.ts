import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startTemporaryPostgres, type TemporaryPostgres } from "../../lib/db/embedded/index.ts";
import { applyMigrations } from "../../lib/db/migrate.ts";
import { type Given, PARTS, type Part, type Usage } from "./contender.ts";
import { answerAll, startIdleEmulator } from "./emulator.ts";
import { PROFILING_SETTINGS, readProfile, startProfile } from "./profile.ts";
import { analyse, checkpoint, readServer } from "./server.ts";
import { CONTENDERS, type ContenderName, NAMES, startContender } from "./startContender.ts";
import { writeSessions } from "./texts.ts";

/** What PostgreSQL knows of the tables: nothing, how they were when they were empty, or how they are as a part begins. */
export const STATISTICS = ["missing", "stale", "fresh"] as const;

/** Like a server's: what a replica would need is in the log. */
export const SETTINGS = { wal_level: "replica", max_wal_senders: "10", max_wal_size: "16GB" };

/** What a part took: in the process, and of the database in CPU seconds and bytes of its log (WAL). */
export interface Measured extends Usage {
  postgres: number;
  wal: number;
}

export interface Row {
  title: string;
  /** Of the pass that was measured; null where nothing was collected. */
  answers: number | null;
  parts: Record<Part, Measured | null>;
}

export interface Comparison {
  requests: number;
  /** All of them, if left out. */
  contenders?: readonly ContenderName[] | undefined;
  /** Each with sessions of its own, over the tables that those before have left. The last one is measured. */
  passes?: number;
  /** How many different pairs of questions the sessions ask; if left out, no two ask the same. */
  pairs?: number | undefined;
  /** If left out, PostgreSQL looks at tables and vacuums them when it likes; else it does neither by itself. */
  statistics?: (typeof STATISTICS)[number] | undefined;
  /** The one part that is measured; nothing is done after it. */
  only?: Part | undefined;
  /** Whether to say what each statement took, part by part. */
  profile?: boolean | undefined;
}

type Say = (text: string) => void;

/** Has every contender send so many requests to one provider, one after the other, each with a database of its own. */
export async function compare(comparison: Comparison, say: Say): Promise<Row[]> {
  const { requests, passes = 1, pairs, contenders = NAMES } = comparison;
  const folder = await mkdtemp(path.join(tmpdir(), "livedash-compare-"));
  const csvs = Array.from({ length: passes }, (_, pass) => path.join(folder, `sessions-${pass}.csv`));
  for (const [pass, csv] of csvs.entries()) await writeSessions(csv, { count: requests, from: pass * requests, pairs });
  const emulator = await startIdleEmulator();
  const rows: Row[] = [];
  try {
    for (const name of contenders) {
      say(`${CONTENDERS[name].title} ...`);
      rows.push(await runContender(name, comparison, { provider: emulator.url, csvs }, say));
    }
    return rows;
  } finally {
    emulator.child.kill("SIGTERM");
    await rm(folder, { recursive: true, force: true });
  }
}

/** All passes of a contender. */
async function runContender(
  name: ContenderName,
  comparison: Comparison,
  { provider, csvs }: { provider: string; csvs: readonly string[] },
  say: Say,
): Promise<Row> {
  const { requests, statistics, only, profile } = comparison;
  const settings = { ...SETTINGS, ...(statistics && { autovacuum: "off" }), ...(profile && PROFILING_SETTINGS) };
  const postgres = await startTemporaryPostgres({ settings });
  const { title } = CONTENDERS[name];
  try {
    await applyMigrations({ databaseUrl: postgres.url });
    if (statistics === "stale") await analyse(postgres.url);
    let before = 0;
    for (const [pass, csv] of csvs.entries()) {
      const isLast = pass === csvs.length - 1;
      const given = { databaseUrl: postgres.url, provider, csv, requests };
      const sayOfPart = profile && isLast ? say : undefined;
      const onlyPart = isLast ? only : undefined;
      const { answers, parts } = await runPass(name, given, postgres, { statistics, onlyPart, sayOfPart });
      if (isLast) return { title, answers: parts.collect ? answers - before : null, parts: onlyOf(parts, only) };
      // Who has no database begins anew.
      before = parts.import ? answers : 0;
    }
    throw new Error("There is at least one pass.");
  } finally {
    await postgres.stop();
  }
}

const onlyOf = (parts: Row["parts"], only: Part | undefined): Row["parts"] =>
  only ? { import: null, create: null, collect: null, [only]: parts[only] } : parts;

/** One pass, in a process of its own. Ends with `onlyPart`; `sayOfPart` is told what each statement took. */
async function runPass(
  name: ContenderName,
  given: Given,
  postgres: TemporaryPostgres,
  how: { statistics: Comparison["statistics"]; onlyPart: Part | undefined; sayOfPart: Say | undefined },
): Promise<{ answers: number; parts: Row["parts"] }> {
  const { statistics, onlyPart, sayOfPart } = how;
  const contender = await startContender(name, given);
  try {
    const parts: Row["parts"] = { import: null, create: null, collect: null };
    for (const part of PARTS.slice(0, onlyPart ? PARTS.indexOf(onlyPart) + 1 : PARTS.length)) {
      // Provider and contender do not compete for the processor.
      if (part === "collect") await answerAll(given.provider);
      if (statistics === "fresh") await analyse(given.databaseUrl);
      await checkpoint(given.databaseUrl);
      const sayOf = onlyPart === undefined || onlyPart === part ? sayOfPart : undefined;
      if (sayOf) await startProfile(given.databaseUrl);
      const before = await readServer(given.databaseUrl, postgres.folder);
      const usage = await contender.do(part);
      const after = await readServer(given.databaseUrl, postgres.folder);
      if (sayOf) for (const line of await readProfile(given.databaseUrl)) sayOf(`${name} ${part}: ${line}`);
      if (usage)
        parts[part] = { ...usage, postgres: after.cpu - before.cpu, wal: (after.wal - before.wal) / given.requests };
    }
    return { answers: await contender.end(), parts };
  } finally {
    contender.kill();
  }
}
