import { Worker } from "node:worker_threads";
import { LiveDashError } from "../../lib/errors.ts";

export type EngineQuestion = { url: string; schemaFile: string };
export type EngineAnswer = { sql: string } | { error: string };

const LIMIT_MS = 120_000;

/**
 * The SQL that leads from the database at `url` to the schema in `schemaFile`; "" when they describe the same one.
 * Prisma's schema engine (WebAssembly, works offline) runs in a thread of its own: a fault of it ends that thread only.
 */
export async function diffToSchema(question: EngineQuestion): Promise<string> {
  const worker = new Worker(new URL("./engine-worker.ts", import.meta.url), { workerData: question });
  const timer = setTimeout(() => void worker.terminate(), LIMIT_MS);
  try {
    const answer = await new Promise<EngineAnswer>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
      worker.once("exit", () => resolve({ error: "it ended without an answer" }));
    });
    if ("sql" in answer) return answer.sql;
    throw new LiveDashError("schema_engine_failed", `Prisma's schema engine failed: ${answer.error}`);
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
