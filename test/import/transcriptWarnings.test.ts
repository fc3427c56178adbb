import { expect, it } from "vitest";
import { createTimeReader } from "../../lib/import/timeZone.ts";
import { parseTranscript } from "../../lib/import/transcripts/parseTranscript.ts";
import { createRoleReader } from "../../lib/import/transcripts/roles.ts";
import { warningsOf } from "../../lib/import/transcripts/warningsOf.ts";

const reader = { readTime: createTimeReader("Europe/Amsterdam"), roleOf: createRoleReader() };
const spoken = (text: string) => parseTranscript(text, reader).map(({ role, content }) => `${role}: ${content}`);

it("takes what names no speaker for one message, and says so", () => {
  const text = "Where is my roster? It is in the app: under Shifts.\nThanks: bye";
  expect(spoken(text)).toEqual([`User: ${text}`]);
  expect(warningsOf(text, reader)).toEqual([{ code: "transcript_without_speakers" }]);
  expect(warningsOf(`${text}\nBot: yes`, reader)).toEqual([]);
});

it("counts the messages in JSON whose text is in a field that is not known", () => {
  const text =
    '[{"role":"user","content":"a"},{"role":"bot","words":"b"},{"role":"bot","out":{"text":"c"}},{"role":"bot","content":null,"tool_calls":[{"name":"f"}]},{"type":"agent","event":"typing","id":"7"}]';
  expect(spoken(text)).toEqual(["User: a"]);
  expect(warningsOf(text, reader)).toEqual([{ code: "transcript_text_unknown", what: "2 messages" }]);
  expect(warningsOf('[{"role":"user","content":"a"}]', reader)).toEqual([]);
});

it.each<[boolean, string]>([
  [true, "User: hi\nMaya: Hello, I am Maya\nUser: where?\nMaya: in the app"],
  [true, "Jan de Vries: hi\nBot: hello\nJan de Vries: where?\nBot: in the app"],
  [true, "[10:00] User: hi\n[10:01] Maya: hello\n[10:02] Maya: in the app"],
  [true, "System: begun\nUser: hi\nMaya: hello\nMaya: bye"],
  [false, "User: hi\nMaya: Hello, I am Maya"],
  [false, "User: hi\nMonday: 9-5\nTuesday: 9-5"],
  [false, "User: hi\nsee: this\nsee: that"],
  [false, "User: hi\nMaya: hello\nBot: yes\nMaya: bye"],
  [false, "User: hi\nhttps://a.example\nhttps://b.example"],
])("tells (%s) whether a name that nobody knows takes the part of the other side: %j", (is, text) => {
  expect(warningsOf(text, reader)).toEqual(is ? [{ code: "transcript_one_sided" }] : []);
  const roleOf = createRoleReader({ User: ["Jan de Vries"], Assistant: ["Maya"] });
  if (is) expect(warningsOf(text, { ...reader, roleOf })).toEqual([]);
});

it("sees that one side alone is known, whatever an unlike head within a message names", () => {
  const text = "[10:00] User: hi\n[10:01] Maya: see\nBot: is its name\n[10:02] Maya: bye";
  expect(warningsOf(text, reader)).toEqual([{ code: "transcript_one_sided" }]);
});
