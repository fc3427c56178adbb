import { askProvider } from "../lib/batch/askProvider.ts";
import type { PipelineContext } from "../lib/context.ts";

/**
 * Asks the provider before the pipeline starts, and says so where it does not answer as it should. Whatever it says,
 * everything starts: results are read and imports go on without it, and what it refuses is tried again.
 */
export async function meetProvider(
  { ctx, emulated }: { ctx: PipelineContext; emulated: boolean },
  say: (text: string) => void = () => {},
): Promise<void> {
  if (emulated) return;
  const state = await askProvider(ctx);
  if (state.kind === "refuses")
    say(`The provider is stopped: ${state.message} Nothing new is sent until it accepts calls again.`);
  if (state.kind === "silent") say(`The provider cannot be reached: ${state.message} LiveDash keeps trying.`);
}
