// The web server and the schedulers in one process: the whole of LiveDash, without samples and short intervals.
import { closeAll } from "./cli/closeAll.ts";
import { meetDatabase, meetProvider } from "./cli/meetProvider.ts";
import { runMain } from "./cli/runMain.ts";
import { openPipelineRuntime } from "./cli/runtime.ts";
import { serveMetrics } from "./cli/serveMetrics.ts";
import { aborted, stopBeforeServer, stopSignal, WEB_LIMITS } from "./cli/stopSignal.ts";
import { startSchedulers } from "./lib/schedulers.ts";
import { loadLibrary } from "./web/loadLibrary.ts";
import { startWebServer } from "./web/startWebServer.ts";

await runMain(async () => {
  const stopping = stopSignal(WEB_LIMITS);
  const closers: (() => Promise<void>)[] = [];
  try {
    const runtime = await openPipelineRuntime({ stopping });
    closers.push(runtime.close);
    await meetDatabase(runtime);
    await meetProvider(runtime);
    if (stopping.aborted) return;
    const { ctx, emulated, databaseUrl } = runtime;
    closers.push(await serveMetrics(ctx));
    const web = await startWebServer({ ctx, emulated }, { host: ctx.config.HOST, port: ctx.config.PORT });
    closers.push(web.close);
    const schedulers = await startSchedulers(ctx, databaseUrl);
    closers.push(() => stopBeforeServer(schedulers));
    await loadLibrary();
    ctx.log.info({ event: "server.listening", url: web.url });
    await aborted(stopping);
  } finally {
    await closeAll(closers);
  }
});
