import { splitLines } from "../../../lib/pipeline/collect/splitLines.ts";
import { hasEnded, type ProviderBatch } from "../../../lib/providers/contract/batch.ts";
import type { LineRequest, ResultLine } from "../../../lib/providers/contract/lines.ts";
import type { FileLabel, WrittenMark } from "../../../lib/providers/contract/mark.ts";
import type { Fixture } from "./fixture.ts";

export const NEVER = new AbortController().signal;
export const LONG_AGO = new Date(0);
const MOST_SECONDS = 200;
const MOST_LINE_BYTES = 8 * 1024 * 1024;

export function markOf(batchId: string): WrittenMark {
  return { installation: "conformance", generation: 3, batchId, epoch: 2, hash: "0f9c" };
}

export function labelOf(batchId: string): FileLabel {
  const { hash: _hash, ...mark } = markOf(batchId);
  return { kind: "input", ...mark };
}

export function request(id: string): LineRequest {
  return {
    id,
    model: "gpt-6-luna",
    system: "Say in which language it is.",
    user: `Question ${id}`,
    schemaName: "answer",
    schema: {
      type: "object",
      properties: { language: { type: "string" } },
      required: ["language"],
      additionalProperties: false,
    },
    maxOutputTokens: 200,
  };
}

/** The line of a request. */
export function encode({ provider }: Fixture, id: string): string {
  return provider.encodeLine(provider.endpoint, request(id));
}

export function idsOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `request-${index + 1}`);
}

export async function upload({ provider }: Fixture, label: FileLabel, lines: readonly string[]): Promise<string> {
  const content = Buffer.from(lines.map((line) => `${line}\n`).join(""));
  const open = async function* () {
    yield content;
  };
  return (await provider.uploadInput({ label, open }, NEVER)).fileId;
}

/** Uploads a file with so many lines. */
export function uploadLines(fixture: Fixture, batchId = "b1", count = 3): Promise<string> {
  return upload(
    fixture,
    labelOf(batchId),
    idsOf(count).map((id) => encode(fixture, id)),
  );
}

export function create({ provider }: Fixture, inputFileId: string, batchId = "b1"): Promise<ProviderBatch> {
  return provider.createBatch({ inputFileId, endpoint: provider.endpoint, mark: markOf(batchId), timeoutMs: 10_000 });
}

/** A batch with so many lines. */
export async function send(fixture: Fixture, count = 3): Promise<ProviderBatch> {
  return create(fixture, await uploadLines(fixture, "b1", count));
}

/** Lets time pass until the batch has ended. Answers it as it was seen each second, the end last. */
export async function watch(fixture: Fixture, id: string): Promise<ProviderBatch[]> {
  const seen: ProviderBatch[] = [];
  for (let second = 0; second < MOST_SECONDS; second++) {
    const batch = await fixture.provider.retrieveBatch(id);
    seen.push(batch);
    if (hasEnded(batch)) return seen;
    await fixture.pass(1_000);
  }
  throw new Error(`After ${MOST_SECONDS} seconds the batch is ${seen.at(-1)?.state}.`);
}

export async function watchEnd(fixture: Fixture, id: string): Promise<ProviderBatch> {
  const [end] = (await watch(fixture, id)).slice(-1);
  if (!end) throw new Error("Nothing was seen.");
  return end;
}

/** All lines of all results. */
export async function readResults({ provider }: Fixture, { results }: ProviderBatch): Promise<ResultLine[]> {
  const lines: ResultLine[] = [];
  for (const { id } of results) {
    const { content } = await provider.openFile(id, NEVER);
    for await (const line of splitLines(content, MOST_LINE_BYTES)) lines.push(provider.readLine(line.content));
  }
  return lines;
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
