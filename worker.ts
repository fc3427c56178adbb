// The schedulers alone: run as many as the work needs, on as many machines as there are.
import { closeAll } from "./cli/closeAll.ts";
import { meetDatabase, meetProvider } from "./cli/meetProvider.ts";
import { runMain } from "./cli/runMain.ts";
import { openPipelineRuntime } from "./cli/runtime.ts";
import { serveMetrics } from "./cli/serveMetrics.ts";
import { aborted, stopSignal, WORKER_LIMITS } from "./cli/stopSignal.ts";
import { startSchedulers } from "./lib/schedulers.ts";

await runMain(async () => {
  const stopping = stopSignal(WORKER_LIMITS);
  const closers: (() => Promise<void>)[] = [];
  try {
    const runtime = await openPipelineRuntime({ stopping });
    closers.push(runtime.close);
    await meetDatabase(runtime);
    await meetProvider(runtime);
    if (stopping.aborted) return;
    closers.push(await serveMetrics(runtime.ctx));
    const schedulers = await startSchedulers(runtime.ctx, runtime.databaseUrl);
    closers.push(() => schedulers.stop(WORKER_LIMITS.schedulersMs));
    await aborted(stopping);
  } finally {
    await closeAll(closers);
  }
});
