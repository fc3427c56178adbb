import type { EmulatorContext } from "./context.ts";

/** Puts the emulator back to how it started on an empty folder: no files, batches, ledger; the faults of its options. */
export async function resetEmulator(emulator: EmulatorContext): Promise<void> {
  await emulator.stopRunners();
  emulator.store.clear();
  emulator.ledger.clear();
  emulator.faults.remove();
  emulator.faults.forgetFired();
  emulator.faults.add(emulator.settings.faults);
  emulator.allowRunners();
}
