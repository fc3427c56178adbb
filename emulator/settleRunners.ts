import { setImmediate } from "node:timers/promises";
import type { EmulatorContext } from "./context.ts";

/** Resolves when every batch only waits for time to go by. */
export async function settleRunners(emulator: EmulatorContext): Promise<void> {
  do await setImmediate();
  while ([...emulator.runners.values()].some((runner) => !runner.paused));
}
