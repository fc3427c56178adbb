import OpenAI, { toFile } from "openai";
import type { Batch } from "openai/resources/batches";
import { expect, onTestFinished, vi } from "vitest";
import { type EmulatorOptions, type RunningEmulator, startEmulator } from "../../emulator/server.ts";

export const chat = "/v1/chat/completions";
const fastTimes = { validating: 0, inProgress: 0, finalizing: 0, cancelling: 0 };
export const manual = {
  manualClock: true,
  times: { validating: 1_000, inProgress: 10_000, finalizing: 1_000, cancelling: 1_000 },
};

/** What the emulator's own routes answer, as far as the tests look at it. */
interface ControlAnswer {
  linesExecuted: number;
  linesExecutedTwice: number;
  linesBoughtAgain: number;
  line: { runs: number; usable: number };
  intents: { total: number; list: { intent: string; live: number; mostLive: number; batches: unknown[] }[] };
  faultsFired: Record<string, number>;
  kinds: { kind: string; at: string; summary: string }[];
  rules: { id: string; kind: string; rate: number; left: number | null }[];
}

/** One line of a result file. */
export interface ResultLine {
  custom_id: string;
  response: {
    status_code: number;
    body: {
      choices: { finish_reason: string; message: { content: string | null; refusal: string | null } }[];
      usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
      error: object;
    };
  } | null;
  error: { code: string; message: string } | null;
}

/** What the SDK throws. */
export interface Failure extends Error {
  status?: number;
  code?: string | null;
  headers: Headers;
}

export interface Bench extends RunningEmulator {
  client: OpenAI;
  /** Calls one of the emulator's own routes and gives its JSON. */
  control: (method: string, path: string, body?: unknown) => Promise<ControlAnswer>;
  advance: (ms: number) => Promise<unknown>;
}

/** An emulator that takes no time, on a free port, closed when the test ends; with a client that never retries. */
export async function startBench(options: EmulatorOptions = {}): Promise<Bench> {
  const running = await startEmulator({ times: fastTimes, ...options });
  onTestFinished(() => running.close());
  const client = new OpenAI({ baseURL: running.url, apiKey: options.apiKey ?? "test-key", maxRetries: 0 });
  const control = async (method: string, path: string, body?: unknown) => {
    const url = new URL(`/_emulator/${path}`, running.url);
    const response = await fetch(url, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
    return (await response.json()) as ControlAnswer;
  };
  return { ...running, client, control, advance: (ms) => control("POST", "advance", { ms }) };
}

/** One input line; `body` and `line` replace parts of a good one. */
export function inputLine(customId: string, body: object = {}, line: object = {}): string {
  const messages = [{ role: "user", content: `User: Hello ${customId}, when is my next shift?` }];
  return JSON.stringify({
    custom_id: customId,
    method: "POST",
    url: chat,
    body: { model: "gpt-6-luna", messages, ...body },
    ...line,
  });
}

/** Good input lines r1 to rN. */
export function inputLines(count: number): string[] {
  return Array.from({ length: count }, (_, index) => inputLine(`r${index + 1}`));
}

export async function upload(client: OpenAI, lines: string[], name = "input.jsonl"): Promise<string> {
  const text = lines.length === 0 ? "" : `${lines.join("\n")}\n`;
  const file = await client.files.create({ file: await toFile(Buffer.from(text), name), purpose: "batch" });
  return file.id;
}

export function create(client: OpenAI, inputFileId: string, metadata?: Record<string, string>): Promise<Batch> {
  return client.batches.create(
    { input_file_id: inputFileId, endpoint: chat, completion_window: "24h", ...(metadata && { metadata }) },
    { maxRetries: 0 },
  );
}

/** Polls until a batch is over. */
export function untilOver(client: OpenAI, batchId: string): Promise<Batch> {
  const look = async () => {
    const batch = await client.batches.retrieve(batchId);
    const isOver = ["completed", "failed", "expired", "cancelled"].includes(batch.status);
    return isOver ? batch : expect.fail(`The batch is ${batch.status}.`);
  };
  return vi.waitFor(look, { timeout: 240_000, interval: 5 });
}

/** Uploads lines, creates a batch and waits for its end. */
export async function runBatch(client: OpenAI, lines: string[]): Promise<Batch> {
  const batch = await create(client, await upload(client, lines));
  return untilOver(client, batch.id);
}

/** The content of a file as it is: `response.text()` would drop a byte order mark. Empty for a file that is not set. */
export async function readText(client: OpenAI, fileId: string | null | undefined): Promise<string> {
  if (!fileId) return "";
  const response = await client.files.content(fileId);
  return Buffer.from(await response.arrayBuffer()).toString("utf8");
}

/** The lines of a result file, parsed; none for a file that is not set. */
export async function readLines(client: OpenAI, fileId: string | null | undefined): Promise<ResultLine[]> {
  const text = await readText(client, fileId);
  return text
    .split("\n")
    .filter(Boolean)
    .map((line): ResultLine => JSON.parse(line));
}

/** The error that a promise ends with. */
export async function failure(promise: PromiseLike<unknown>): Promise<Failure> {
  return promise.then(
    () => {
      throw new TypeError("expected a failure");
    },
    (error: Failure) => error,
  );
}
