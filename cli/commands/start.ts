import { summary } from "../../lib/admin/overview/summary.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { startSchedulers } from "../../lib/schedulers.ts";
import { assertPortFree } from "../../web/assertPortFree.ts";
import { ensureConsoleBuilt } from "../../web/buildConsole.ts";
import { loadLibrary } from "../../web/loadLibrary.ts";
import { startWebServer } from "../../web/startWebServer.ts";
import { closeAll } from "../closeAll.ts";
import { firstAdmin } from "../firstAdmin.ts";
import { meetDatabase, meetProvider } from "../meetProvider.ts";
import { copiedNotice, EMULATOR_NOTICE } from "../notices.ts";
import { openProgress, type ProgressView } from "../progress.ts";
import { loadConfig, openPipelineRuntime } from "../runtime.ts";
import { importSamples, isEmpty } from "../samples.ts";
import { serveMetrics } from "../serveMetrics.ts";
import { aborted, stopSignal, WORKER_LIMITS } from "../stopSignal.ts";
import { watchUntilIdle } from "../watchPipeline.ts";

/** A first try should not wait ten minutes for its first batch. What is set in the environment wins. */
const SHORT_TIMES = {
  BATCH_CREATION_INTERVAL: "1s",
  BATCH_POLLING_INTERVAL: "1s",
  BATCH_LEASE_DURATION: "10s",
  BATCH_SETTLE_TIME: "2s",
};

/**
 * Everything with one command: database, provider or emulator, samples into an empty database, schedulers and console.
 * Says when all is analysed, and goes on serving until it is stopped.
 */
export async function start(): Promise<void> {
  const ending = new AbortController();
  const stopping = AbortSignal.any([stopSignal(WORKER_LIMITS), ending.signal]);
  const { HOST: host, PORT: port } = loadConfig(SHORT_TIMES);
  await assertPortFree(host, port);
  const view = openProgress();
  const closers: (() => Promise<void>)[] = [];
  try {
    const runtime = await openPipelineRuntime({ stopping, defaults: SHORT_TIMES, logTo: view.log });
    closers.push(runtime.close);
    const { ctx, emulated } = runtime;
    if (runtime.note) view.say(runtime.note);
    if (emulated) view.say(EMULATOR_NOTICE);
    const copied = await copiedNotice(ctx);
    if (copied) view.say(copied);
    await meetDatabase(runtime);
    await meetProvider(runtime, view.say);
    if (stopping.aborted) return;
    closers.push(await serveMetrics(ctx));
    if (ctx.config.SAMPLES_ENABLED && (await isEmpty(ctx))) {
      view.say("The database is empty. Importing the sample sessions.");
      if (!emulated)
        view.say("Your provider will charge for analysing them. Set SAMPLES_ENABLED=false to skip the samples.");
      await importSamples(ctx, view);
    }
    const schedulers = await startSchedulers(ctx, runtime.databaseUrl);
    closers.push(() => schedulers.stop(WORKER_LIMITS.schedulersMs));
    const openConsole = async () => {
      await ensureConsoleBuilt({ onBuild: () => view.say("Building the console (first start only) ...") });
      const web = await startWebServer({ ctx, emulated }, { host, port });
      if (stopping.aborted) await web.close();
      else closers.push(web.close);
      view.say(`Open the console: http://localhost:${web.port}`);
      for (const line of await firstAdmin(ctx, runtime)) view.say(line);
      await loadLibrary();
      return web;
    };
    const [web, { end }] = await Promise.all([openConsole(), watchUntilIdle(ctx, view)]);
    view.close();
    if (end === "idle") await sayReady(ctx, view, web.port);
    await aborted(stopping);
    view.say("Stopping ...");
  } catch (error) {
    // Ctrl-C also ends the build of the console, which then says that it failed.
    if (!stopping.aborted) throw error;
  } finally {
    ending.abort();
    view.close();
    await closeAll(closers);
  }
}

async function sayReady(ctx: PipelineContext, view: ProgressView, port: number): Promise<void> {
  const { processing_complete: complete, processing_failed: failed } = await summary(ctx);
  view.say(`LiveDash is ready: ${complete} requests complete, ${failed} failed, console at http://localhost:${port}`);
}
