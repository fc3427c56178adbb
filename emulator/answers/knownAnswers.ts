import { readFile } from "node:fs/promises";
import { z } from "zod";
import { EmulatorError } from "../errors.ts";
import { digest } from "../random.ts";
import type { Hints } from "./fromSchema.ts";
import { readTurns } from "./transcript.ts";

/** Answers that somebody wrote for certain transcripts, as hints, by the name of the transcript. */
export type KnownAnswers = ReadonlyMap<string, Hints>;

/** A line of a file of answers. What else stands in it is for people. */
const lineSchema = z.object({
  transcript: z.string().regex(/^[0-9a-f]{40}$/),
  answer: z.record(z.string(), z.unknown()),
});

/**
 * Names a transcript by who said what, whatever its times, blanks and the marks around it: the SHA-1 of its turns.
 * Two that are worded alike bear the same name.
 */
export function transcriptName(text: string): string {
  return digest(JSON.stringify(readTurns(text).map((turn) => [turn.role, turn.text.replaceAll(/\s+/g, "")])));
}

/**
 * Reads files of answers: JSON lines of `transcript`, its name, and `answer`, an object.
 * @throws EmulatorError `invalid_answers` with file and line.
 */
export async function readKnownAnswers(files: readonly string[]): Promise<KnownAnswers> {
  const known = new Map<string, Hints>();
  for (const file of files) {
    for (const [index, line] of (await readText(file)).split("\n").entries()) {
      if (line.trim() === "") continue;
      const { transcript, answer } = readLine(line, `${file} line ${index + 1}`);
      known.set(transcript, toHints(answer));
    }
  }
  return known;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new EmulatorError("invalid_answers", `The file of answers ${file} cannot be read.`, { cause });
  }
}

function readLine(line: string, where: string): z.output<typeof lineSchema> {
  const result = lineSchema.safeParse(parse(line));
  if (result.success) return result.data;
  const message = `${where} is not an answer. Write a JSON object with "transcript" (40 hex digits) and "answer" (an object).`;
  throw new EmulatorError("invalid_answers", message);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function toHints(answer: Record<string, unknown>): Hints {
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]) => [name.replaceAll("_", "").toLowerCase(), value]),
  );
}
