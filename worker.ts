// The schedulers alone: run as many as the work needs, on as many machines as there are.
import { meetDatabase, meetProvider } from "./cli/meetProvider.ts";
import { runMain } from "./cli/runMain.ts";
import { openPipelineRuntime } from "./cli/runtime.ts";
import { aborted, stopSignal } from "./cli/stopSignal.ts";
import { startSchedulers } from "./lib/schedulers.ts";

await runMain(async () => {
  const stopping = stopSignal();
  const runtime = await openPipelineRuntime({ stopping });
  try {
    await meetDatabase(runtime);
    await meetProvider(runtime);
    if (stopping.aborted) return;
    const schedulers = await startSchedulers(runtime.ctx, runtime.databaseUrl);
    await aborted(stopping);
    await schedulers.stop();
  } finally {
    await runtime.close();
  }
});
