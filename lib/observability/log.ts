import { createRequire } from "node:module";
import pino, { type DestinationStream, type Logger } from "pino";
import type { PinoPretty } from "pino-pretty";
import { type Mask, maskWithin } from "../masking.ts";

export type { Logger };

/** Fields that must never be written, wherever they stand. What is logged is ids, counts, codes and times. */
const REDACTED = ["apiKey", "password", "csvPassword", "authorization", "content", "transcript", "answer", "messages"];

export interface LogOptions {
  level: string;
  /** `json`, one object a line, for machines; `pretty` for a person at a terminal. */
  format: "json" | "pretty";
  destination?: NodeJS.WritableStream;
  /** Hides the secrets of the configuration, wherever they come from. */
  mask?: Mask;
}

/** The application's log. On standard error by default: standard output belongs to what commands answer. */
export function openLog(options: LogOptions): Logger {
  const destination = options.destination ?? process.stderr;
  const mask = options.mask ?? ((text) => text);
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: null,
    redact: { paths: REDACTED.flatMap((name) => [name, `*.${name}`]), censor: "[hidden]" },
    formatters: {
      log: (fields) =>
        Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, maskWithin(field, mask)])),
    },
    serializers: { error: (error) => maskWithin(describeError(error), mask) },
  };
  if (options.format === "json") return pino({ ...settings, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  return pino(settings, prettyInto(destination));
}

/** Loaded with the first line: a command that logs none need not wait for it. */
function prettyInto(destination: NodeJS.WritableStream): DestinationStream {
  let opened: DestinationStream | undefined;
  const open = () => {
    const pretty: typeof PinoPretty = createRequire(import.meta.url)("pino-pretty");
    return pretty({
      colorize: process.stderr.isTTY && !process.env.NO_COLOR,
      translateTime: "HH:MM:ss.l",
      destination,
    });
  };
  return {
    write: (line) => {
      opened ??= open();
      opened.write(line);
    },
  };
}

/** Name, code, message and stack: never the fields that libraries hang on errors (a failed query's values, a body). */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = "code" in error ? error.code : undefined;
  return { name: error.name, code, message: error.message, stack: error.stack };
}
