// The web server and the schedulers in one process: the whole of LiveDash, without samples and short intervals.
import { runMain } from "./cli/runMain.ts";
import { openPipelineRuntime } from "./cli/runtime.ts";
import { aborted, stopSignal } from "./cli/stopSignal.ts";
import { startSchedulers } from "./lib/schedulers.ts";
import { ensureConsoleBuilt } from "./web/buildConsole.ts";
import { startWebServer } from "./web/startWebServer.ts";

await runMain(async () => {
  const stopping = stopSignal();
  const runtime = await openPipelineRuntime({ stopping });
  try {
    const { ctx, emulated, databaseUrl } = runtime;
    await ensureConsoleBuilt({});
    const web = await startWebServer({ ctx, emulated }, { host: ctx.config.HOST, port: ctx.config.PORT });
    const schedulers = await startSchedulers(ctx, databaseUrl);
    ctx.log.info({ event: "server.listening", url: web.url });
    await aborted(stopping);
    await schedulers.stop();
    await web.close();
  } finally {
    await runtime.close();
  }
});
