import { endpoints } from "../answers/endpoints.ts";
import type { EmulatorContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { findFault } from "../faults/registry.ts";
import { isObject } from "../http/call.ts";
import { digest, randomFrom } from "../random.ts";
import type { BatchRecord, ChosenFault } from "../store/records.ts";
import { type BatchLine, unrunLine } from "./batchLine.ts";
import { seconds } from "./batchView.ts";

interface InputLine {
  number: number;
  text: string;
}

const unrunMessages = {
  batch_expired: "This request could not be executed before the completion window expired.",
  batch_cancelled: "This request was not executed because the batch was cancelled.",
};

/** Runs one line that passed validation, with the faults of its batch and those that fire for it. */
export function executeLine(emulator: EmulatorContext, batch: BatchRecord, input: InputLine): BatchLine {
  const { customId, body } = readLine(input.text);
  const name = `${batch.id} ${input.number}`;
  const faults = batch.faults.concat(lineFaults(emulator, batch, customId, name));
  const line: BatchLine = {
    ...answerLine(emulator, batch, body, name, faults),
    id: lineId(batch, input),
    customId,
    error: null,
    copies: 1,
    distort: null,
  };
  return applyToLine(line, faults);
}

/** A line that the batch's end left unrun. */
export function skipLine(batch: BatchRecord, input: InputLine, code: keyof typeof unrunMessages): BatchLine {
  const { customId } = readLine(input.text);
  return applyToLine(unrunLine(lineId(batch, input), customId, code, unrunMessages[code]), batch.faults);
}

function answerLine(
  emulator: EmulatorContext,
  batch: BatchRecord,
  body: Record<string, unknown>,
  name: string,
  faults: ChosenFault[],
): Pick<BatchLine, "response" | "file" | "counted" | "usage" | "usable"> {
  const request_id = digest(`request ${name}`).slice(0, 32);
  try {
    const completion = endpoints[batch.endpoint]?.answer(body, {
      idSeed: name,
      createdSeconds: seconds(emulator.clock.now()),
      serviceTier: "default",
      known: emulator.knownAnswers,
      adjust: (answer) =>
        faults.reduce((sum, { kind, params }) => findFault(kind)?.onAnswer?.(sum, params) ?? sum, answer),
    });
    if (!completion) throw new ApiError(404, `The emulator does not answer ${batch.endpoint}.`);
    const response = { status_code: 200, request_id, body: completion.body };
    return { response, file: "output", counted: "completed", usage: completion.usage, usable: completion.whole };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const response = { status_code: error.status, request_id, body: error.toBody() };
    return { response, file: "error", counted: "failed", usage: null, usable: false };
  }
}

function lineFaults(emulator: EmulatorContext, batch: BatchRecord, customId: string, name: string): ChosenFault[] {
  if (!emulator.faults.concernsLines()) return [];
  const { ordinal, endpoint, model } = batch;
  return emulator.faults.choose("line", { batch: ordinal, customId, endpoint, model }, randomFrom(`fault ${name}`));
}

function applyToLine(line: BatchLine, faults: ChosenFault[]): BatchLine {
  return faults.reduce((sum, { kind, params }) => findFault(kind)?.onLine?.(sum, params) ?? sum, line);
}

function lineId(batch: BatchRecord, input: InputLine): string {
  return `batch_req_${digest(`${batch.id} ${input.number}`).slice(0, 32)}`;
}

/** Validation has seen to it that these are there. */
function readLine(text: string): { customId: string; body: Record<string, unknown> } {
  const value: unknown = JSON.parse(text);
  const line = isObject(value) ? value : {};
  return { customId: String(line.custom_id), body: isObject(line.body) ? line.body : {} };
}
