import { request } from "undici";
import type { RunningEmulator } from "../../emulator/server.ts";

/** Whichever process it runs in. */
type Addressed = Pick<RunningEmulator, "url">;

/** Replaces the emulator's faults by these: texts such as `http_error:once:status=503`, or rules. */
export async function setFaults(emulator: Addressed, faults: readonly (string | object)[]): Promise<void> {
  await send(emulator, "PUT", "/_emulator/faults", faults);
}

/** Moves the time of an emulator that was started with a manual clock. */
export async function advance(emulator: Addressed, ms: number): Promise<void> {
  await send(emulator, "POST", "/_emulator/advance", { ms });
}

async function send(emulator: Addressed, method: "PUT" | "POST", path: string, body: unknown): Promise<void> {
  const headers = { "content-type": "application/json" };
  // To answer a million lines takes longer than a client waits by itself.
  const patience = { headersTimeout: 0, bodyTimeout: 0 };
  const url = new URL(path, emulator.url);
  const reply = await request(url, { method, headers, body: JSON.stringify(body), ...patience });
  const text = await reply.body.text();
  if (reply.statusCode !== 200) throw new Error(`${method} ${path} was answered ${reply.statusCode}: ${text}`);
}
