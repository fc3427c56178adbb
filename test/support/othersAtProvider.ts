import type { RunningEmulator } from "../../emulator/server.ts";

type Addressed = Pick<RunningEmulator, "url">;

/** What other tools, other installations and older versions have put at the provider: past our own code, in its API's words. */
export async function uploadAs(emulator: Addressed, fileName: string, content: string): Promise<string> {
  const form = new FormData();
  form.set("purpose", "batch");
  form.set("file", new Blob([content]), fileName);
  return (await post(emulator, "files", { body: form })).id;
}

export async function createAs(
  emulator: Addressed,
  input_file_id: string,
  metadata: Record<string, string>,
): Promise<{ id: string }> {
  const batch = { input_file_id, endpoint: "/v1/chat/completions", completion_window: "24h", metadata };
  const headers = { "content-type": "application/json" };
  return post(emulator, "batches", { headers, body: JSON.stringify(batch) });
}

async function post(emulator: Addressed, path: string, init: RequestInit): Promise<{ id: string }> {
  const headers = { authorization: "Bearer test-key", ...init.headers };
  const reply = await fetch(`${emulator.url}/${path}`, { ...init, method: "POST", headers });
  if (!reply.ok) throw new Error(`POST ${path} was answered ${reply.status}: ${await reply.text()}`);
  return (await reply.json()) as { id: string };
}
