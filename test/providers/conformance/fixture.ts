import { type EmulatorOptions, startEmulator } from "../../../emulator/server.ts";
import type { BatchProvider } from "../../../lib/providers/contract/provider.ts";
import { openProvider, type ProviderKind, type ProviderOptions } from "../../../lib/providers/openProvider.ts";
import { advance, setFaults } from "../../support/emulatorControl.ts";

/** What really happened at the provider. */
interface Happened {
  linesExecuted: number;
  batches: { created: number };
  calls: Record<string, number>;
}

/** A provider on an emulator of its shape, whose time stands still until the check lets it pass. */
export interface Fixture {
  provider: BatchProvider;
  /** What it was opened with, and must never show. */
  key: string;
  faults(...rules: (string | object)[]): Promise<void>;
  pass(ms: number): Promise<void>;
  happened(): Promise<Happened>;
  close(): Promise<void>;
}

/** @param wrap puts something between the check and the provider */
export type OpenFixture = (wrap?: (provider: BatchProvider) => BatchProvider) => Promise<Fixture>;

/** One thing that the contract promises. The check rejects where a provider does not keep it. */
export interface Promised {
  name: string;
  check(fixture: Fixture): Promise<void>;
}

export const KEY = "sk-C4nary-73914242";
const TIMES = { validating: 1_000, inProgress: 10_000, finalizing: 1_000, cancelling: 1_000, processing: 0 };

/** Opens a provider of this kind on an emulator of this shape. */
export function onEmulator(kind: ProviderKind, options: Partial<ProviderOptions>, shape: EmulatorOptions): OpenFixture {
  return async (wrap = (provider) => provider) => {
    const emulator = await startEmulator({ manualClock: true, times: TIMES, ...shape });
    const provider = openProvider(kind, { apiKey: KEY, baseURL: emulator.url, maxRetries: 0, ...options });
    return {
      provider: wrap(provider),
      key: KEY,
      faults: (...rules) => setFaults(emulator, rules),
      pass: (ms) => advance(emulator, ms),
      happened: async () => (await (await fetch(new URL("/_emulator/ledger", emulator.url))).json()) as Happened,
      close: async () => {
        await provider.close();
        await emulator.close();
      },
    };
  };
}
