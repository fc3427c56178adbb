import type { BatchProvider } from "../../lib/providers/contract/provider.ts";
import { OPENAI_CAPABILITIES } from "../../lib/providers/openai/capabilities.ts";
import { encodeLine } from "../../lib/providers/openai/encodeLine.ts";
import { readRequestId } from "../../lib/providers/openai/readLine.ts";
import { UNKNOWN_USAGE } from "../../lib/providers/openai/readUsage.ts";
import { stateOf } from "../../lib/providers/openai/states.ts";
import type { VirtualTime } from "../../test/faults/support/simTime.ts";
import { BYTES_PER_TOKEN, type SimulatedAccount } from "./account.ts";
import { type Machine, TAKES } from "./machine.ts";

/** What lists give in one call. */
const BATCHES_A_PAGE = 100;
const FILES_A_PAGE = 1_000;
const OUTPUT_TOKENS = 100;

/** Two questions that nobody else asks. */
const answerOf = (id: string) =>
  JSON.stringify({
    language: "en",
    sentiment: "NEUTRAL",
    escalated: false,
    forwarded_hr: false,
    category: "LEAVE_VACATION",
    questions: [`How do I ask for leave ${id}?`, `Who decides on leave ${id}?`],
    summary: "The user asked how to ask for leave, and who decides on it.",
  });

/** An account as a worker reaches it: each call takes its time, and so does what the worker does with the lines. */
export function simulatedProvider(account: SimulatedAccount, machine: Machine, time: VirtualTime): BatchProvider {
  const { name, perRow } = account.settings;
  const pass = (ms: number, signal?: AbortSignal) => time.sleepUntil(time.now() + ms, signal);
  const call = async (times = 1) => {
    account.counts.calls += times;
    await pass(times * TAKES.callMs);
  };
  const list = async function* <T>(found: readonly T[], aPage: number) {
    await call(Math.max(1, Math.ceil(found.length / aPage)));
    yield* found;
  };
  const msOfBytes = (bytes: number) => ((bytes * perRow) / TAKES.bytesPerSecond) * 1_000;
  const msOfLines = (lines: number, seconds: number) => lines * perRow * seconds * 1_000;

  return {
    name,
    capabilities: { ...OPENAI_CAPABILITIES, batchesPerHour: account.batchesPerHour },
    endpoint: "/v1/chat/completions",
    encodeLine,
    readRequestId,
    readLine: (line) => {
      const [requestId = "", tokens] = line.toString().split(" ");
      return {
        kind: "answer",
        requestId,
        text: answerOf(requestId),
        usage: { ...UNKNOWN_USAGE, promptTokens: Number(tokens), completionTokens: OUTPUT_TOKENS },
        providerRequestId: null,
        serviceTier: null,
        systemFingerprint: null,
      };
    },
    stateOf,
    check: () => call(),
    uploadInput: async (file, signal) => {
      account.counts.calls++;
      const { id, bytes, requestIds } = await account.upload(file);
      await machine.create.work(msOfLines(requestIds.length, TAKES.createSeconds), signal);
      await pass(TAKES.uploadMs + msOfBytes(bytes), signal);
      return { fileId: id };
    },
    createBatch: async (batch) => {
      await call();
      return account.create(batch);
    },
    retrieveBatch: async (id) => {
      await call();
      return account.retrieve(id);
    },
    listBatches: (since) => list(account.batchesSince(since), BATCHES_A_PAGE),
    cancelBatch: async (id) => {
      await call();
      return account.retrieve(id);
    },
    openFile: async (id, signal) => {
      const { requestIds, bytes } = account.resultsOf(id);
      const tokens = Math.round(bytes / BYTES_PER_TOKEN / requestIds.length);
      await call();
      await machine.collect.work(msOfLines(requestIds.length, TAKES.collectSeconds), signal);
      const content = Buffer.from(requestIds.map((requestId) => `${requestId} ${tokens}`).join("\n"));
      return {
        bytes: content.length,
        content: (async function* () {
          yield content;
        })(),
      };
    },
    listInputFiles: (since) => list(account.filesSince(since ?? new Date(0)), FILES_A_PAGE),
    deleteFile: async (id) => {
      await call();
      account.deleteFile(id);
    },
    close: async () => {},
  };
}
