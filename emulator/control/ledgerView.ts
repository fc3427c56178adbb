import type { EmulatorContext } from "../context.ts";
import { addUsage, type BatchRecord, isOver, noUsage, type Usage } from "../store/records.ts";
import { viewIntents } from "./intents.ts";

/** What GET /_emulator/ledger answers. `intent` and `customId` ask for one of these besides. */
export function viewLedger(emulator: EmulatorContext, intent: string | null, customId: string | null) {
  const { store, ledger, faults } = emulator;
  const batches = store.batches();
  return {
    uploads: { count: ledger.counts.uploads, bytes: ledger.counts.uploadedBytes },
    files: { live: store.files().length, deleted: ledger.counts.filesDeleted },
    batches: {
      created: batches.length,
      live: batches.filter((batch) => !isOver(batch)).length,
      ...countStatuses(batches),
    },
    intents: viewIntents(batches, emulator.clock.now(), intent),
    linesSent: ledger.counts.linesSent,
    linesExecuted: ledger.counts.linesExecuted,
    differentLines: ledger.differentLines(),
    linesExecutedTwice: ledger.counts.linesExecutedTwice,
    executedTwice: ledger.executedTwice(),
    linesBoughtAgain: ledger.counts.linesBoughtAgain,
    boughtAgain: ledger.boughtAgain(),
    ...(customId !== null && { line: { custom_id: customId, ...ledger.runsOf(customId) } }),
    tokensBilled: billed(batches, ledger.synchronousUsage),
    calls: Object.fromEntries(ledger.calls),
    faultsFired: faults.firedByKind(),
  };
}

function countStatuses(batches: BatchRecord[]): { byStatus: Record<string, number> } {
  const byStatus: Record<string, number> = {};
  for (const { status } of batches) byStatus[status] = (byStatus[status] ?? 0) + 1;
  return { byStatus };
}

function billed(batches: BatchRecord[], synchronous: Usage) {
  const byModel = new Map<string, Usage>();
  const total = noUsage();
  for (const batch of batches) {
    const model = batch.model ?? "";
    const sum = byModel.get(model) ?? noUsage();
    addUsage(sum, batch.usage);
    addUsage(total, batch.usage);
    if (batch.model !== null) byModel.set(model, sum);
  }
  return { batch: total, batchByModel: Object.fromEntries(byModel), synchronous };
}
