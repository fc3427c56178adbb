import { startEmulator } from "../../emulator/server.ts";
import { aborted, stopSignal } from "../stopSignal.ts";

export interface EmulatorFlags {
  host?: string;
  allowHost?: string[];
  port?: string;
  data?: string;
  apiKey?: string;
  shape?: "openai" | "azure";
  seed?: string;
  validating?: string;
  inProgress?: string;
  finalizing?: string;
  cancelling?: string;
  manualClock?: boolean;
  fault?: string[];
  answers?: string[];
}

/** Runs the Batch API emulator alone until it is stopped. Faults and ledger are under /_emulator. */
export async function emulator(flags: EmulatorFlags): Promise<void> {
  const stopping = stopSignal();
  const {
    host,
    allowHost,
    port,
    data,
    apiKey,
    shape,
    seed,
    fault,
    answers,
    validating,
    inProgress,
    finalizing,
    cancelling,
    manualClock,
  } = flags;
  const running = await startEmulator(
    withoutUndefined({
      host,
      allowedHosts: allowHost,
      port,
      dataDir: data,
      apiKey,
      shape,
      seed,
      faults: fault,
      answers,
      manualClock,
      times: withoutUndefined({ validating, inProgress, finalizing, cancelling }),
    }),
  );
  process.stdout.write(`The Batch API emulator is listening at ${running.url}. Its answers are invented.\n`);
  const [address, key] =
    shape === "azure" ? ["AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY"] : ["OPENAI_BASE_URL", "OPENAI_API_KEY"];
  process.stdout.write(`To use it, set ${address}=${running.url} ${key}=${apiKey ?? "anything"}\n`);
  await aborted(stopping);
  await running.close();
}

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Flags that were not given must not stand in the way of the emulator's own defaults. */
function withoutUndefined<T extends object>(flags: T): Partial<Given<T>> {
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined)) as Partial<Given<T>>;
}
