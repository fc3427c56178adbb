import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../lib/config.ts";
import { isGuessable } from "../../lib/secret/secretStrength.ts";

describe("LIVEDASH_SECRET", () => {
  it.each([
    ["too short", "k8Fh2pQz7LmX0vTn4RbY6sWc1JdG3eA"],
    ["one character", "a".repeat(64)],
    ["a word again and again", "changeme".repeat(8)],
    ["digits in a row", "12345678901234567890123456789012"],
    ["the alphabet", "abcdefghijklmnopqrstuvwxyz0123456789"],
    ["two halves that are the same, many times", "x7Kq".repeat(12)],
    ["a placeholder", "please-change-me-to-a-random-secret-value"],
    ["another one", "CHANGE_ME_CHANGE_THIS_your-secret-here!!"],
    ["our name", "livedash-production-secret-key-livedash"],
    ["blanks", " ".repeat(40)],
  ])("may not be %s", (_what, secret) => {
    expect(() => readConfig({ LIVEDASH_SECRET: secret })).toThrow(
      /LIVEDASH_SECRET is too easy to guess\. Make one with `openssl rand -base64 32`/,
    );
  });

  it("is not repeated in the refusal", () => {
    expect(() => readConfig({ LIVEDASH_SECRET: "hunter2".repeat(6) })).toThrow(/^(?!.*hunter2)/s);
  });

  it("may be whatever a generator makes", () => {
    for (let n = 0; n < 2_000; n++) {
      const bytes = randomBytes(32);
      for (const secret of [bytes.toString("base64"), bytes.toString("base64url"), bytes.toString("hex").slice(0, 40)])
        expect(isGuessable(secret), secret).toBe(false);
    }
    expect(isGuessable("correct horse battery staple, and 9 more words")).toBe(false);
  });

  it("may be anything where it is the one that is replaced", () => {
    expect(readConfig({ LIVEDASH_SECRET_PREVIOUS: "changeme" }).LIVEDASH_SECRET_PREVIOUS).toBe("changeme");
  });
});
