import type { RunningEmulator } from "../../emulator/server.ts";

/** Replaces the emulator's faults by these: texts such as `http_error:once:status=503`, or rules. */
export async function setFaults(emulator: RunningEmulator, faults: readonly (string | object)[]): Promise<void> {
  await send(emulator, "PUT", "/_emulator/faults", faults);
}

/** Moves the time of an emulator that was started with a manual clock. */
export async function advance(emulator: RunningEmulator, ms: number): Promise<void> {
  await send(emulator, "POST", "/_emulator/advance", { ms });
}

async function send(emulator: RunningEmulator, method: string, path: string, body: unknown): Promise<void> {
  const headers = { "content-type": "application/json" };
  const reply = await fetch(new URL(path, emulator.url), { method, headers, body: JSON.stringify(body) });
  if (!reply.ok) throw new Error(`${method} ${path} was answered ${reply.status}: ${await reply.text()}`);
}
