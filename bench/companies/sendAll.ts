import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { openScene } from "./scene.ts";

interface Given {
  companies: number;
  /** What the provider takes for each call. */
  callMs: number;
  /** Submissions at the same time. */
  lanes: number;
}

/** What a round of creation took, and how many calls of each kind it made. */
interface Sent {
  seconds: number;
  batches: number;
  calls: Record<string, number>;
}

/** One round of creation. */
export async function sendAll({ companies, callMs, lanes }: Given): Promise<Sent> {
  const scene = await openScene(companies, "--fault", `slow_reply:ms=${callMs}ms`, "--in-progress", "1h");
  try {
    const startedAt = performance.now();
    const { batches } = await batchCreator(scene.ctx, lanes);
    const seconds = (performance.now() - startedAt) / 1_000;
    return { seconds, batches, calls: await scene.readCalls() };
  } finally {
    await scene.close();
  }
}
