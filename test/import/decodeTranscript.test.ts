import { describe, expect, it } from "vitest";
import { createTimeReader } from "../../lib/import/timeZone.ts";
import { decodeTranscript } from "../../lib/import/transcripts/decodeTranscript.ts";
import { parseTranscript } from "../../lib/import/transcripts/parseTranscript.ts";
import { createRoleReader } from "../../lib/import/transcripts/roles.ts";
import { warningsOf } from "../../lib/import/transcripts/warningsOf.ts";

const reader = { readTime: createTimeReader("Europe/Amsterdam"), roleOf: createRoleReader() };

describe("decodeTranscript", () => {
  it.each([
    ["UTF-16", Buffer.from("\uFEFFUser: für mich", "utf16le")],
    ["UTF-16 the other way round", Buffer.from("\uFEFFUser: für mich", "utf16le").swap16()],
    ["Windows-1252", Buffer.from("User: für mich", "latin1")],
    ["UTF-8", Buffer.from("\uFEFFUser: für mich")],
  ])("reads %s", (_, bytes) => {
    const decoded = decodeTranscript(bytes);
    expect(parseTranscript("text" in decoded ? (decoded.text ?? "") : "", reader)).toMatchObject([
      { content: "für mich" },
    ]);
  });

  it("takes a blank text for none and refuses what no encoding fits", () => {
    expect(decodeTranscript(Buffer.from("\uFEFF \n\0"))).toEqual({ text: null });
    expect(decodeTranscript(Buffer.from("a\0b"))).toEqual({ text: "ab" });
    expect(decodeTranscript(Buffer.from([0x61, 0x81, 0xff]))).toMatchObject({ code: "transcript_refused" });
  });

  it.each([
    [
      "one bad byte",
      Buffer.concat([Buffer.from("User: für m"), Buffer.from([0xff]), Buffer.from("ich ä")]),
      "für m\uFFFDich ä",
    ],
    ["a byte of no encoding in plain text", Buffer.from("User: m\x81ich", "latin1"), "m\uFFFDich"],
    ["a cut character", Buffer.from("User: für dich ü").subarray(0, -1), "für dich \uFFFD"],
    ["a sign that was cut, in plain text", Buffer.from("User: 5 €").subarray(0, -1), "5 \uFFFD"],
    [
      "few of many",
      Buffer.concat([Buffer.from("User: ü\nä\nö\nß\n"), Buffer.from("\xFCx", "latin1")]),
      "ü\nä\nö\nß\n\uFFFDx",
    ],
  ])("reads UTF-8 with %s, and says so", (_, bytes, content) => {
    const decoded = decodeTranscript(bytes);
    const text = "text" in decoded ? (decoded.text ?? "") : "";
    expect(parseTranscript(text, reader)).toMatchObject([{ role: "User", content }]);
    expect(warningsOf(text, reader)).toEqual([{ code: "transcript_damaged" }]);
  });

  it("refuses a mixture of encodings with what to do, and reads Windows-1252 whose last letter looks like a cut", () => {
    const mixed = Buffer.concat([Buffer.from("User: ä\nö\nß\n"), Buffer.from("\xFC\n\xE4\n", "latin1")]);
    expect(decodeTranscript(mixed)).toMatchObject({
      reason: expect.stringContaining("Save it as plain text in UTF-8."),
    });
    for (const text of ["User: caf\xE9", "User: clich\xE9\x85"]) {
      expect(decodeTranscript(Buffer.from(text, "latin1"))).toMatchObject({ text: expect.stringContaining("\u00E9") });
    }
  });

  it.each([
    ["an RTF document", "{\\rtf1\\ansi User: hi\\par Agent: yo}"],
    ["a PDF", "%PDF-1.4 User: hi"],
    ["a zip archive", "PK\x03\x04 word/document.xml"],
  ])("refuses %s by name", (kind, text) => {
    const reason = `The transcript is ${kind}. Save it as plain text in UTF-8.`;
    expect(decodeTranscript(Buffer.from(text, "latin1"))).toEqual({ code: "transcript_refused", reason });
  });

  it.each(["<User> hi", '[{"role":"user"}]', "User: is {\\rtf1 a file?", "\x1b[1mUser\x1b[0m: hi"])(
    "takes %j for a text",
    (text) => expect(decodeTranscript(Buffer.from(text))).toEqual({ text }),
  );
});
