import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startTemporaryPostgres, type TemporaryPostgres } from "../../lib/db/embedded/index.ts";
import { applyMigrations } from "../../lib/db/migrate.ts";
import type { Given, Part, Usage } from "./contender.ts";
import { checkpoint, readServer } from "./server.ts";
import { writeSessions } from "./texts.ts";

/** What each contender is called, and the options of Node that it runs with: of LiveDash, those that it starts itself with. */
const CONTENDERS = {
  floor: { title: "floor", options: [] },
  product: { title: "LiveDash", options: ["--max-semi-space-size=4"] },
  aiSdk: { title: "AI SDK", options: [] },
  naive: { title: "`openai` script", options: [] },
} as const;

const PARTS: readonly Part[] = ["import", "create", "collect"];
/** Like a server's: what a replica would need is in the log. */
const SETTINGS = { wal_level: "replica", max_wal_senders: "10", max_wal_size: "16GB" };
const LIVEDASH = path.resolve(import.meta.dirname, "../../bin/livedash");
const PROCESS = path.resolve(import.meta.dirname, "process.ts");

/** What a part took: in the process, and of the database in CPU seconds and bytes of its log (WAL). */
export interface Measured extends Usage {
  postgres: number;
  wal: number;
}

export interface Row {
  title: string;
  answers: number;
  parts: Record<Part, Measured | null>;
}

/** Has every contender send so many requests to one provider, one after the other, each with a database of its own. */
export async function compare(requests: number, say: (text: string) => void): Promise<Row[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "livedash-compare-"));
  const csv = path.join(folder, "sessions.csv");
  await writeSessions(csv, requests);
  const emulator = await startEmulator();
  const rows: Row[] = [];
  try {
    for (const name of Object.keys(CONTENDERS) as (keyof typeof CONTENDERS)[]) {
      say(`${CONTENDERS[name].title} ...`);
      const postgres = await startTemporaryPostgres({ settings: SETTINGS });
      try {
        await applyMigrations({ databaseUrl: postgres.url });
        const given = { databaseUrl: postgres.url, provider: emulator.url, csv, requests };
        rows.push(await runOne(name, given, postgres));
      } finally {
        await postgres.stop();
      }
    }
    return rows;
  } finally {
    emulator.child.kill("SIGTERM");
    await rm(folder, { recursive: true, force: true });
  }
}

async function runOne(name: keyof typeof CONTENDERS, given: Given, postgres: TemporaryPostgres): Promise<Row> {
  const { title, options } = CONTENDERS[name];
  const child = spawn(process.execPath, [...options, PROCESS, name, JSON.stringify(given)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  try {
    await answerOf(child);
    const parts: Row["parts"] = { import: null, create: null, collect: null };
    for (const part of PARTS) {
      if (part === "collect") await untilAllAreDone(given.provider);
      await checkpoint(given.databaseUrl);
      const before = await readServer(given.databaseUrl, postgres.folder);
      child.send(part);
      const usage = (await answerOf(child)) as Usage | null;
      const after = await readServer(given.databaseUrl, postgres.folder);
      if (usage)
        parts[part] = { ...usage, postgres: after.cpu - before.cpu, wal: (after.wal - before.wal) / given.requests };
    }
    child.send("end");
    const answers = Number(await answerOf(child));
    return { title, answers, parts };
  } finally {
    if (child.exitCode === null) child.kill("SIGTERM");
  }
}

/** The next message of a process. @throws if it ends without one */
async function answerOf(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const answer = once(child, "message", { signal: ended.signal });
  child.once("exit", (code) => ended.abort(new Error(`A contender ended with code ${code}.`)));
  return (await answer)[0];
}

async function startEmulator(): Promise<{ child: ChildProcess; url: string }> {
  const args = ["emulator", "--port", "0", "--validating", "0ms", "--in-progress", "0ms"];
  const child = spawn(LIVEDASH, args, { stdio: ["ignore", "pipe", "inherit"] });
  for await (const chunk of child.stdout) {
    const url = /http:\S+\/v1/.exec(String(chunk))?.[0];
    if (!url) continue;
    child.stdout.resume();
    return { child, url };
  }
  throw new Error("The emulator did not say where it listens.");
}

/** Provider and contender do not compete for the processor: what is collected has ended. */
async function untilAllAreDone(provider: string): Promise<void> {
  for (;;) {
    const reply = await fetch(`${provider}/batches?limit=100`, { headers: { authorization: "Bearer bench" } });
    const { data } = (await reply.json()) as { data: { status: string }[] };
    if (data.every(({ status }) => status === "completed")) return;
    await delay(100);
  }
}
