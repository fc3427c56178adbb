import { endpoints } from "../answers/endpoints.ts";
import type { EmulatorContext } from "../context.ts";
import { type DurationRange, drawDuration } from "../durations.ts";
import { ApiError, invalidType, invalidValue, missingParameter } from "../errors.ts";
import { findFault } from "../faults/registry.ts";
import { type Call, isObject } from "../http/call.ts";
import { json, type Reply } from "../http/reply.ts";
import type { Shape } from "../shape/shape.ts";
import { type BatchRecord, type BatchTimes, type ChosenFault, isPending, noUsage } from "../store/records.ts";
import { checkMetadata } from "./metadata.ts";
import { viewBatch } from "./viewBatch.ts";

const oneDay = 24 * 3_600_000;

/** POST /v1/batches. Whether the input file exists and is good is found out later, by validation. */
export async function createBatch(emulator: EmulatorContext, call: Call): Promise<Reply> {
  const { store, clock } = emulator;
  const wanted = readCreate(await call.json(), emulator.shape);
  assertReady(emulator, wanted.inputFileId);
  emulator.createRate.take();
  const ordinal = store.batches().length + 1;
  const faults = emulator.faults.choose("batch", { batch: ordinal, endpoint: wanted.endpoint }, emulator.random);
  const now = clock.now();
  const batch: BatchRecord = {
    ...wanted,
    id: store.newId("batch_", 32),
    ordinal,
    model: null,
    status: "validating",
    errors: null,
    outputFileId: null,
    errorFileId: null,
    createdAt: now,
    expiresAt: emulator.shape.expires ? now + oneDay : null,
    inProgressAt: null,
    finalizingAt: null,
    completedAt: null,
    failedAt: null,
    expiredAt: null,
    cancellingAt: null,
    cancelledAt: null,
    counts: { total: 0, completed: 0, failed: 0 },
    usage: noUsage(),
    enqueuedTokens: 0,
    times: drawTimes(emulator, faults),
    faults,
    linesRunAtCancel: null,
    linesWritten: false,
  };
  store.saveBatch(batch);
  emulator.startRunner(batch);
  return json(viewBatch(batch, now));
}

function assertReady({ store, clock }: EmulatorContext, fileId: string): void {
  const file = store.file(fileId);
  if (!file || !isPending(file, clock.now())) return;
  throw new ApiError(
    400,
    `The input file '${fileId}' is in the state 'pending': a batch can be made of 'processed' ones.`,
  );
}

function readCreate(body: Record<string, unknown>, shape: Shape) {
  const { input_file_id, endpoint, completion_window } = body;
  if (input_file_id === undefined || input_file_id === null) throw missingParameter("input_file_id");
  if (typeof input_file_id !== "string") throw invalidType("input_file_id", "a string");
  if (endpoint === undefined) throw missingParameter("endpoint");
  const path = typeof endpoint === "string" ? shape.endpointOf(endpoint) : "";
  if (!Object.hasOwn(endpoints, path)) {
    throw invalidValue(
      "endpoint",
      Object.keys(endpoints)
        .map((name) => `'${name}'`)
        .join(", "),
    );
  }
  if (completion_window === undefined) throw missingParameter("completion_window");
  if (completion_window !== "24h") throw invalidValue("completion_window", "'24h'");
  return {
    inputFileId: input_file_id,
    endpoint: path,
    completionWindow: completion_window,
    metadata: checkMetadata(body.metadata),
    outputExpiresAfterSeconds: readOutputLifetime(body.output_expires_after, shape),
  };
}

function readOutputLifetime(value: unknown, { lifetime: { least, most } }: Shape): number | null {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) throw invalidType("output_expires_after", "an object");
  if (value.anchor !== "created_at") throw invalidValue("output_expires_after.anchor", "'created_at'");
  const { seconds } = value;
  const fits = Number.isInteger(seconds) && Number(seconds) >= least && Number(seconds) <= most;
  if (!fits) throw invalidValue("output_expires_after.seconds", `whole numbers from ${least} to ${most}`);
  return Number(seconds);
}

function drawTimes(emulator: EmulatorContext, faults: ChosenFault[]): BatchTimes {
  const draw = (range: DurationRange) => drawDuration(range, emulator.random);
  const { validating, inProgress, perLine, finalizing, cancelling } = emulator.settings.times;
  const times: BatchTimes = {
    validating: draw(validating),
    inProgress: draw(inProgress),
    perLine: draw(perLine),
    finalizing: draw(finalizing),
    cancelling: draw(cancelling),
  };
  return faults.reduce((sum, { kind, params }) => findFault(kind)?.onTimes?.(sum, params) ?? sum, times);
}
