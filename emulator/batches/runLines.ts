import type { EmulatorContext } from "../context.ts";
import type { RunPlan } from "../faults/fault.ts";
import { findFault } from "../faults/registry.ts";
import { ledgerLine, linesPath } from "../ledger/ledger.ts";
import { randomFrom } from "../random.ts";
import { splitLines } from "../splitLines.ts";
import { addUsage, type BatchRecord, noUsage } from "../store/records.ts";
import { type BatchLine, renderLine } from "./batchLine.ts";
import { executeLine, skipLine } from "./executeLine.ts";
import { finishFiles } from "./finishFiles.ts";
import type { RunPace } from "./runPace.ts";
import { shuffle } from "./shuffle.ts";
import { TextWriter } from "./textWriter.ts";

/**
 * Runs the lines of a batch in an order of its own and writes its files, as the batch's time goes by. It ends with
 * the batch `finalizing`, `expired`, or (when a cancel came) still `cancelling` with its files written. Started
 * anew after a restart it does the same again: order and answers depend on the batch alone.
 */
export async function runLines(emulator: EmulatorContext, batch: BatchRecord, pace: RunPace): Promise<void> {
  const { store, clock, ledger } = emulator;
  const outputId = store.newId("file-", 22);
  const errorId = store.newId("file-", 22);
  const output = new TextWriter(store.contentPath(outputId));
  const errors = new TextWriter(store.contentPath(errorId));
  const runs = new TextWriter(linesPath(store, batch.id));
  const plan = planRun(batch);
  const { total } = batch.counts;
  const toRun = Math.floor(total * plan.share);
  const window = randomFrom(`order ${batch.id}`);
  batch.counts = { total, completed: 0, failed: 0 };
  batch.usage = noUsage();
  pace.start(plan);
  let ran = 0;
  let end: "batch_expired" | "batch_cancelled" | "batch_failed" | null = null;

  try {
    for await (const input of shuffle(splitLines(store.contentPath(batch.inputFileId)), window)) {
      if (end === null) await pace.beforeLine(ran);
      end ??= whyEnd();
      if (end === "batch_failed") break;
      const line = end === null ? executeLine(emulator, batch, input) : skipLine(batch, input, end);
      if (end === null) ran = pace.lineRan();
      await put(line);
    }
    if (end === null) await pace.afterLines();
    end ??= whyEnd();
    const files = await finishFiles(emulator, batch, { output, outputId, errors, errorId });
    await runs.finish();
    batch.linesWritten = true;
    if (end === "batch_expired") {
      batch.status = "expired";
      batch.expiredAt = clock.now();
    } else if (end === "batch_failed") {
      batch.status = "failed";
      batch.failedAt = clock.now();
      batch.errors = plan.errors;
    } else if (batch.status === "in_progress") {
      batch.status = "finalizing";
      batch.finalizingAt = clock.now();
    }
    store.saveBatch(batch, files);
  } finally {
    await Promise.all([output.discard(), errors.discard(), runs.discard()]);
  }

  function whyEnd(): typeof end {
    if (batch.status === "cancelling") return ran >= (batch.linesRunAtCancel ?? 0) ? "batch_cancelled" : null;
    const late = batch.expiresAt !== null && clock.now() >= batch.expiresAt;
    if (!late && plan.end === "failed" && ran >= toRun) return "batch_failed";
    return late || (plan.end === "expired" && ran >= toRun) ? "batch_expired" : null;
  }

  async function put(line: BatchLine): Promise<void> {
    batch.counts[line.counted] += 1;
    if (line.usage) {
      addUsage(batch.usage, line.usage);
      ledger.recordLine(line.customId, line.usable);
      await runs.write(ledgerLine(line.customId, line.usable));
    }
    if (line.file === "none") return;
    const text = `${renderLine(line)}\n`;
    for (let copy = 0; copy < line.copies; copy++) await (line.file === "output" ? output : errors).write(text);
  }
}

function planRun(batch: BatchRecord): RunPlan {
  const plan: RunPlan = { share: 1, holdAtShare: 1, holdMs: 0, end: "finalizing", errors: null };
  return batch.faults.reduce((sum, { kind, params }) => findFault(kind)?.onRun?.(sum, params) ?? sum, plan);
}
