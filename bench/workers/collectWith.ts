import { readFile } from "node:fs/promises";
import { startTemporaryPostgres } from "../../lib/db/embedded/index.ts";
import { applyMigrations } from "../../lib/db/migrate.ts";
import { answerAll, startIdleEmulator } from "../compare/emulator.ts";
import { SETTINGS } from "../compare/run.ts";
import { checkpoint, readServer } from "../compare/server.ts";
import { startContender } from "../compare/startContender.ts";

const TICKS = 100;

interface Given {
  csv: string;
  requests: number;
  /** In a batch, at most. */
  lines: number;
  workers: number;
}

/** All in seconds: of the clock, and of processors; `idle` is what all cores of the machine had left. */
interface Collected {
  wall: number;
  postgres: number;
  node: number;
  idle: number;
  answers: number;
}

/** Collects the results of all requests with so many workers, each a process, on a database and an emulator of their own. */
export async function collectWith({ workers, ...work }: Given): Promise<Collected> {
  const emulator = await startIdleEmulator();
  const postgres = await startTemporaryPostgres({ settings: SETTINGS });
  const given = { databaseUrl: postgres.url, provider: emulator.url, ...work };
  const started = await applyMigrations({ databaseUrl: postgres.url }).then(() =>
    Promise.all(Array.from({ length: workers }, () => startContender("product", given))),
  );
  try {
    await started[0]?.do("import");
    await started[0]?.do("create");
    await answerAll(emulator.url);
    await checkpoint(postgres.url);
    const before = { ...(await readServer(postgres.url, postgres.folder)), idle: await readIdle() };
    const startedAt = performance.now();
    const usages = await Promise.all(started.map((worker) => worker.do("collect")));
    const wall = (performance.now() - startedAt) / 1_000;
    const idle = (await readIdle()) - before.idle;
    const { cpu } = await readServer(postgres.url, postgres.folder);
    const node = usages.reduce((sum, usage) => sum + (usage?.node ?? 0), 0);
    const answers = await Promise.all(started.map((worker) => worker.end()));
    return { wall, postgres: cpu - before.cpu, node, idle, answers: answers[0] ?? 0 };
  } finally {
    for (const worker of started) worker.kill();
    emulator.child.kill("SIGTERM");
    await postgres.stop();
  }
}

/** Seconds that the machine's cores were idle since it started, in all (Linux). */
async function readIdle(): Promise<number> {
  const cpu = /^cpu +(.*)$/m.exec(await readFile("/proc/stat", "utf8"))?.[1] ?? "";
  const [, , , idle = 0, waiting = 0] = cpu.split(" ").map(Number);
  return (idle + waiting) / TICKS;
}
