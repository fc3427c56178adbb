import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTimeReader } from "../../lib/import/timeZone.ts";
import { decodeTranscript } from "../../lib/import/transcripts/decodeTranscript.ts";
import { parseTranscript } from "../../lib/import/transcripts/parseTranscript.ts";

const readTime = createTimeReader("Europe/Amsterdam");
const parse = (text: string) => parseTranscript(text, readTime);

describe("parseTranscript", () => {
  it("reads heads, continued lines, CRLF, a BOM and U+2028", () => {
    const text =
      "\uFEFF[01.07.2024 10:00:00] User: Hi\r\nsecond line\r\n\r\n  third\r\n" +
      "[01.07.2024 10:00:05] Assistant: a\u2028b\n[01.07.2024 10:00:06] System:closed\n\n";
    expect(parse(text)).toEqual([
      { role: "User", timestamp: "2024-07-01T08:00:00.000Z", content: "Hi\nsecond line\n\n  third" },
      { role: "Assistant", timestamp: "2024-07-01T08:00:05.000Z", content: "a\u2028b" },
      { role: "System", timestamp: "2024-07-01T08:00:06.000Z", content: "closed" },
    ]);
  });

  it("takes text before the first head for the user's, and a time that does not exist for none", () => {
    expect(parse("\nlost\nwords\n[31.02.2024 10:00:00] Assistant: x")).toEqual([
      { role: "User", timestamp: null, content: "lost\nwords" },
      { role: "Assistant", timestamp: null, content: "x" },
    ]);
  });

  it("leaves what only looks like a head in the message", () => {
    const text = "[01.07.2024 10:00:00] User: a\n[note] b\n[01.07.2024 10:00] User: c\n[01.07.2024 10:00:00] Bot: d";
    expect(parse(text).map((message) => message.content)).toEqual([
      "a\n[note] b\n[01.07.2024 10:00] User: c\n[01.07.2024 10:00:00] Bot: d",
    ]);
  });

  it("gives back every transcript that was written by the rules", () => {
    const line = fc
      .string({ unit: "binary", maxLength: 20 })
      .map((text) => text.toWellFormed().replace(/[\r\n\0]/g, ""));
    const message = fc.record({
      role: fc.constantFrom("User", "Assistant", "System"),
      second: fc.integer({ min: 0, max: 59 }),
      lines: fc.array(line, { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), fc.constantFrom("\n", "\r\n"), (messages, end) => {
        const pad = (second: number) => String(second).padStart(2, "0");
        const text = messages
          .map(({ role, second, lines }) => `[01.07.2024 10:00:${pad(second)}] ${role}: ${lines.join(end)}`)
          .join(end);
        expect(parse(text)).toEqual(
          messages.map(({ role, second, lines }) => ({
            role,
            timestamp: `2024-07-01T08:00:${pad(second)}.000Z`,
            content: lines.join("\n").trim(),
          })),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("loses no visible character of any text", () => {
    const anything = fc.oneof(
      fc.string({ unit: "binary", maxLength: 80 }),
      fc.string({
        unit: fc.constantFrom("[01.07.2024 10:00:00] User: ", "x", "\n", "\r", "[", "\u2028"),
        maxLength: 12,
      }),
    );
    const visible = (text: string) => text.replace(/\[01\.07\.2024 10:00:00\] User:/g, "").replace(/[\s\0\uFEFF]/g, "");
    fc.assert(
      fc.property(anything, (text) => {
        const messages = parse(text);
        expect(visible(messages.map((message) => message.content).join(""))).toBe(visible(text));
        if (text.replace(/[\0\uFEFF]/g, "").trim() !== "") expect(messages.length).toBeGreaterThan(0);
        expect(messages.some((message) => message.content.includes("\0"))).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

describe("decodeTranscript", () => {
  it("takes a blank text for none and refuses what is not UTF-8", () => {
    expect(decodeTranscript(Buffer.from("\uFEFF \n\0"))).toEqual({ text: null });
    expect(decodeTranscript(Buffer.from("a\0b"))).toEqual({ text: "ab" });
    expect(decodeTranscript(Buffer.from([0x61, 0xff]))).toMatchObject({ code: "transcript_refused" });
  });
});
