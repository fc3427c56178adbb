// Measures the overview in a browser, over a large table with 200 live batches, while the pipeline moves.
// Usage: node bench/overview.ts [requests, default 5000000] [rounds, default 40]
import { availableParallelism, loadavg } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { PART_NAMES } from "../app/_overview/pipeline.ts";
import { startTemporaryPostgres } from "../lib/db/embedded/index.ts";
import { applyMigrations } from "../lib/db/migrate.ts";
import { openPool } from "../lib/db/pool.ts";
import { openLog } from "../lib/observability/log.ts";
import { launchBrowser } from "../test/support/browser.ts";
import { consoleContext } from "../test/support/consoleContext.ts";
import { addUser, signIn, signInForBrowser } from "../test/support/people.ts";
import { ensureConsoleBuilt } from "../web/buildConsole.ts";
import { startWebServer } from "../web/startWebServer.ts";
import { fill } from "./admin/fill.ts";
import { movePipeline } from "./overview/movePipeline.ts";
import { type Frames, measureFrames, repeatEvents, trackStreams } from "./overview/page.ts";

const REQUESTS = Number(process.argv[2] ?? 5_000_000);
const ROUNDS = Number(process.argv[3] ?? 40);
const EVENTS_A_SECOND = 50;
const WATCH_MS = 20_000;
const MOST_MS = 300;

await ensureConsoleBuilt({ onBuild: () => console.log("Building the console ...") });
const postgres = await startTemporaryPostgres({ database: "livedash", settings: { max_wal_size: "4GB" } });
const db = openPool(postgres.url);
const closers = [() => postgres.stop(), () => db.end()];
try {
  await applyMigrations({ databaseUrl: postgres.url });
  const startedAt = performance.now();
  await fill(db, REQUESTS);
  console.log(`${REQUESTS} requests and 200 live batches, filled in ${seconds(performance.now() - startedAt)}`);
  const ctx = consoleContext(db, openLog({ level: "fatal", format: "json" }));
  const server = await startWebServer({ ctx, emulated: true }, { host: "127.0.0.1", port: 0 });
  closers.push(server.close);
  const [email, realm] = ["bench@example.com", "platform"] as const;
  await addUser(ctx, { realm, email, name: "Ben Bench", role: "ADMIN" });

  const pipeline = movePipeline(db, EVENTS_A_SECOND);
  closers.push(pipeline.stop);
  const headers = await signIn(server.url, realm, email);
  console.log(`While ${EVENTS_A_SECOND} changes a second are committed; milliseconds, ${ROUNDS} rounds`);
  console.table([
    await timeAnswers("page /platform", `${server.url}/platform`, headers),
    await timeAnswers("its data", `${server.url}/api/admin/pipeline`, headers),
  ]);

  const browser = await launchBrowser();
  closers.push(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  await context.addCookies(await signInForBrowser(server.url, realm, email));
  const page = await context.newPage();
  await page.addInitScript(trackStreams, PART_NAMES);
  await page.goto(`${server.url}/platform`);
  await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
  await delay(5_000);
  const rows: Row[] = [];
  const watch = async (what: string) => rows.push({ what, ...inWords(await page.evaluate(measureFrames, WATCH_MS)) });
  await watch(`${EVENTS_A_SECOND} changes a second in the database`);
  await page.evaluate(repeatEvents, EVENTS_A_SECOND);
  await watch(`and ${EVENTS_A_SECOND} events a second in the page`);
  await page.getByRole("button", { name: "Show all 200" }).click();
  await watch("and all 200 batches shown");
  console.log(`Frames of the page in ${seconds(WATCH_MS)}, ${pipeline.changes()} changes committed so far`);
  console.table(rows);
  console.log(`load ${(loadavg()[0] ?? 0).toFixed(1)} on ${availableParallelism()} cores`);
} finally {
  for (const close of closers.reverse()) await close();
}

type Row = { what: string } & ReturnType<typeof inWords>;

function inWords({ frames, events, ms, longestMs, late }: Frames) {
  return {
    "frames/s": Math.round((frames / ms) * 10_000) / 10,
    "events/s": Math.round((events / ms) * 10_000) / 10,
    "longest frame, ms": Math.round(longestMs),
    "frames over 25 ms": late,
  };
}

async function timeAnswers(what: string, url: string, headers: Record<string, string>) {
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const startedAt = performance.now();
    const reply = await fetch(url, { headers });
    await reply.arrayBuffer();
    if (reply.status !== 200) throw new Error(`${url} answered ${reply.status}`);
    times.push(performance.now() - startedAt);
  }
  // The first one of all finds nothing warm.
  const [cold = 0, ...warm] = times;
  warm.sort((a, b) => a - b);
  const at = (share: number) => Math.round(warm[Math.ceil(warm.length * share) - 1] ?? 0);
  const [p50, p95] = [at(0.5), at(0.95)];
  return { what, first: Math.round(cold), p50, p95, [`within ${MOST_MS} ms`]: p95 < MOST_MS ? "yes" : "NO" };
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
