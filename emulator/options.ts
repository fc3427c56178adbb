import { z } from "zod";
import type { Clock } from "./clock.ts";
import { durationRangeSchema } from "./durations.ts";
import { EmulatorError } from "./errors.ts";
import { faultInputSchema } from "./faults/input.ts";
import type { Random } from "./random.ts";
import { SHAPES, type ShapeName } from "./shape/shapes.ts";

const timesSchema = z.strictObject({
  validating: durationRangeSchema.default({ min: 500, max: 1_000 }),
  inProgress: durationRangeSchema.default({ min: 2_000, max: 5_000 }),
  /** Added to `inProgress` for every line, so that a larger batch takes longer. */
  perLine: durationRangeSchema.default({ min: 0, max: 0 }),
  finalizing: durationRangeSchema.default({ min: 200, max: 500 }),
  cancelling: durationRangeSchema.default({ min: 200, max: 500 }),
  /** Of an upload, before a batch can be made of it, where the shape does that. */
  processing: durationRangeSchema.default({ min: 200, max: 500 }),
});

const count = z.coerce.number().int().min(0);

const limitsSchema = z.strictObject({
  /** As many as the shape allows, if left out. */
  maxLines: count.optional(),
  /** Of a batch's input file. */
  maxFileBytes: count.default(200_000_000),
  /** Of any upload: beyond it the connection is given up with a 413. */
  maxUploadBytes: count.default(512_000_000),
  maxLineBytes: count.default(16 * 1024 * 1024),
  uploadsPerMinute: count.default(1_000),
  batchesPerHour: count.default(2_000),
  /** Most input tokens that may be enqueued at once, by model; `*` holds for every model not named. */
  enqueuedTokens: z.record(z.string(), count).default({}),
});

/** The emulator's options as data: from flags, a file or code. Durations may be texts such as `500ms` or `2s-5s`. */
export const emulatorOptionsSchema = z.strictObject({
  /** Loopback unless somebody wants it otherwise: whoever reaches it needs no key of theirs. */
  host: z.string().min(1).default("127.0.0.1"),
  /** Names that it may be called by, beside `localhost`, `host` and addresses. */
  allowedHosts: z.array(z.string().min(1)).default([]),
  /** 0 takes any free port. */
  port: z.coerce.number().int().min(0).max(65_535).default(0),
  /** Kept between runs. Without it a temporary folder is used and removed at the end. */
  dataDir: z.string().min(1).optional(),
  /** When given, any other key is refused with 401. Without it every key is accepted, but one must be sent. */
  apiKey: z.string().min(1).optional(),
  /** The same seed draws the same times, ids and fault decisions. */
  seed: z.coerce.number().int().optional(),
  /** Whose API it is like. */
  shape: z.enum(Object.keys(SHAPES) as [ShapeName]).default("openai"),
  /** When given, the only models there are; other names fail validation with `model_not_found`. */
  models: z.array(z.string().min(1)).optional(),
  times: timesSchema.prefault({}),
  limits: limitsSchema.prefault({}),
  /** Files of answers that somebody wrote for certain transcripts; all other transcripts get computed answers. */
  answers: z.array(z.string().min(1)).default([]),
  /** Texts such as `expired:0.1` or `http_error:3x:status=503`, or rules as PUT /_emulator/faults takes them. */
  faults: z.array(faultInputSchema).default([]),
  /** Time stands still until POST /_emulator/advance moves it. */
  manualClock: z.boolean().default(false),
});

export type EmulatorSettings = z.output<typeof emulatorOptionsSchema>;

/** Where the emulator reports its own failures: shaped like a pino logger. */
export interface EmulatorLogger {
  error(fields: object, message: string): void;
}

/** Options of `startEmulator`: the data above, and what only code can give. */
export type EmulatorOptions = z.input<typeof emulatorOptionsSchema> & {
  clock?: Clock | undefined;
  random?: Random | undefined;
  logger?: EmulatorLogger | undefined;
};

/**
 * Checks options and fills in the defaults.
 * @throws EmulatorError `invalid_options`; the message names each option and what is wrong with it.
 */
export function parseEmulatorOptions(input: z.input<typeof emulatorOptionsSchema>): EmulatorSettings {
  const result = emulatorOptionsSchema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join(".") || "options"}: ${issue.message}`);
  throw new EmulatorError("invalid_options", `The emulator cannot start. ${problems.join("; ")}.`, {
    cause: result.error,
  });
}
