import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { transcriptName } from "../../emulator/answers/knownAnswers.ts";
import { startEmulator } from "../../emulator/server.ts";

const CHAT = "User: Where is my parcel?\nAssistant: I cannot say.\nUser: A pity.";
const WRITTEN = { language: "fr", escalated: true, questions: ["Where is it?"], summary: "A parcel is missed." };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "livedash-answers-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fileOf(...lines: unknown[]): Promise<string> {
  const path = join(folder, `${crypto.randomUUID()}.jsonl`);
  await writeFile(path, lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join(""));
  return path;
}

/** What is answered to a text that is to be analysed into these properties. */
async function ask(url: string, text: string, properties: Record<string, object>): Promise<Record<string, unknown>> {
  const schema = { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
  const reply = await fetch(`${url}/chat/completions`, {
    method: "POST",
    headers: { authorization: "Bearer any", "content-type": "application/json" },
    body: JSON.stringify({
      model: "gpt-6-luna",
      messages: [{ role: "user", content: text }],
      response_format: { type: "json_schema", json_schema: { name: "answer", schema } },
    }),
  });
  const { choices } = await reply.json();
  return JSON.parse(choices[0].message.content);
}

test("a transcript has one name, whatever its times, blanks and marks, and another one as soon as a word differs", () => {
  const name = transcriptName(CHAT);
  const timed =
    "[01.11.2026 10:00:00] user: Where is my  parcel?\n[01.11.2026 10:00:09] Assistant: I cannot say.\n[1] USER: A pity.\n";
  expect(transcriptName(timed)).toBe(name);
  expect(transcriptName(`<session>\n${CHAT}\n</session>`)).toBe(name);
  const objects = CHAT.split("\n").map((line) => {
    const [, speaker, text] = /^(\w+): (.*)$/.exec(line) ?? [];
    return JSON.stringify({ speaker, text });
  });
  expect(transcriptName(objects.join("\n"))).toBe(name);
  expect(transcriptName('{"speaker":"user","text":"one\\nAssistant: two"}')).not.toBe(
    transcriptName("User: one\nAssistant: two"),
  );
  for (const other of [CHAT.replace("pity", "shame"), CHAT.replace("Assistant", "User"), `${CHAT}\nSystem: Closed.`]) {
    expect(transcriptName(other)).not.toBe(name);
  }
  expect(transcriptName("No speaker at all")).toBe(transcriptName("User: No speaker at all"));
});

test("a known transcript gets the answer that was written for it, all others one of word lists", async () => {
  const line = { session: "s1", transcript: transcriptName(CHAT), answer: WRITTEN };
  const emulator = await startEmulator({ answers: [await fileOf(line, "")] });
  const properties = {
    language: { type: "string", pattern: "^[a-z]{2}$" },
    escalated: { type: "boolean" },
    questions: { type: "array", items: { type: "string" } },
    summary: { type: "string" },
  };
  try {
    expect(await ask(emulator.url, `<session>\n${CHAT}\n</session>`, properties)).toEqual(WRITTEN);
    const other = await ask(emulator.url, CHAT.replace("pity", "shame"), properties);
    expect(other).toMatchObject({ language: "en", escalated: false, questions: ["Where is my parcel?"] });
    // What does not fit the schema that is asked for is not given.
    const narrow = { language: { enum: ["de"] }, summary: { type: "string" } };
    expect(await ask(emulator.url, CHAT, narrow)).toEqual({ language: "de", summary: WRITTEN.summary });
  } finally {
    await emulator.close();
  }
});

test("a file of answers that cannot be read is refused with its line", async () => {
  const good = { transcript: transcriptName(CHAT), answer: WRITTEN };
  for (const bad of ["{", { transcript: "abc", answer: {} }, { transcript: transcriptName(CHAT) }, []]) {
    const file = await fileOf(good, bad);
    const refused = startEmulator({ answers: [file] });
    await expect(refused).rejects.toMatchObject({ code: "invalid_answers" });
    await expect(refused).rejects.toThrow(`${file} line 2`);
  }
  await expect(startEmulator({ answers: [join(folder, "none.jsonl")] })).rejects.toMatchObject({
    code: "invalid_answers",
  });
});
