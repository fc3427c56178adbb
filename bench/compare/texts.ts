import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { sessionAnalysis } from "../../lib/analysis/sessionAnalysis.ts";

export const MODEL = "gpt-6-luna";
/** The most lines that the provider takes in one file. */
export const MOST_LINES = 50_000;
/** Of the CSV, before the one that holds what was said. */
const FACTS = 15;

interface Sessions {
  count: number;
  /** The number of the first: others have other names. */
  from?: number;
  /** How many different pairs of questions all of them ask; if left out, no two sessions ask the same. */
  pairs?: number | undefined;
}

/** Writes the sessions to be analysed; a line of a batch has about 2.5 KB. */
export async function writeSessions(file: string, { count, from = 0, pairs = Infinity }: Sessions): Promise<void> {
  const out = createWriteStream(file);
  for (let n = from; n < from + count; n++) {
    const day = `${pad((n % 28) + 1)}.${pad((n % 12) + 1)}.2026 ${pad(n % 24)}:${pad(n % 60)}`;
    const facts = `session-${n},${day}:10,${day}:55,192.0.2.${n % 256},NL,Dutch,${n % 9},neutral,false,false,https://example.test/${n},1.5,900,0.0012,Leave`;
    const pair = n % pairs;
    const text = `How do I ask for leave in week ${pair}, and who decides on it? And what of shift ${pair} in the store? ${"I work shifts. ".repeat(n % 30)}`;
    if (!out.write(`${facts},"${text}"\n`)) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
}

export interface Session {
  name: string;
  startTime: string;
  endTime: string;
  facts: string[];
  text: string;
}

/** Reads them as plainly as can be: no cell but the last has a quote or a comma in it. */
export async function readSessions(file: string): Promise<Session[]> {
  const lines = (await readFile(file, "utf8")).split("\n").filter(Boolean);
  return lines.map((line) => {
    const facts = line.split(",", FACTS);
    const [name = "", startTime = "", endTime = ""] = facts;
    return { name, startTime, endTime, facts, text: line.slice(line.indexOf('"') + 1, -1) };
  });
}

/** What the model is told, and what it is to answer. */
export function promptOf(text: string) {
  return { ...sessionAnalysis.prompt([{ role: "User", content: text }], []), schema: sessionAnalysis.jsonSchema() };
}

/** One line of an input file, as plainly as can be. */
export function lineOf(id: string, text: string): string {
  const { system, user, schema } = promptOf(text);
  const messages = [
    { role: "system", content: system },
    { role: "user", content: user },
  ];
  const format = { type: "json_schema", json_schema: { name: "session_analysis", strict: true, schema } };
  const body = { model: MODEL, messages, response_format: format, max_completion_tokens: 1_000 };
  return `${JSON.stringify({ custom_id: id, method: "POST", url: "/v1/chat/completions", body })}\n`;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
