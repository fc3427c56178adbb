import { describe, expect, it } from "vitest";
import { readErrorReply } from "../../lib/providers/openai/errorReply.ts";
import { readRetryAfter } from "../../lib/providers/openai/retryAfter.ts";

describe("the body of an error reply", () => {
  it.each([
    [
      "nested",
      '{"error":{"message":"No credit","type":"insufficient_quota","code":null}}',
      "No credit",
      null,
      "insufficient_quota",
    ],
    [
      "flat",
      '{"object":"error","message":"Too long","type":"BadRequestError","code":400}',
      "Too long",
      "400",
      "BadRequestError",
    ],
    ["flat and bare", '{"message":"Forbidden","code":"x"}', "Forbidden", "x", null],
    ["written large", '{"Message":"Denied","Code":"AccessDenied"}', "Denied", "AccessDenied", null],
    ["a text as the error", '{"error":"model is busy"}', "model is busy", null, null],
    ["OAuth", '{"error":"invalid_client","error_description":"Who are you?"}', "Who are you?", "invalid_client", null],
    ["a list", '[{"error":{"message":"First","code":403,"status":"X"}}]', "First", "403", "X"],
    ["a list of errors", '{"errors":[{"message":"One","code":"a"},{"message":"Two"}]}', "One", "a", null],
    ["reasons within", '{"error":{"message":"Outer","code":403,"errors":[{"reason":"inner"}]}}', "Outer", "403", null],
    ["a detail", '{"detail":"Not authenticated"}', "Not authenticated", null, null],
    [
      "details of a check",
      '{"detail":[{"loc":["body"],"msg":"field required","type":"missing"}]}',
      "field required",
      null,
      null,
    ],
    ["a fault", '{"fault":{"faultstring":"Invalid ApiKey","detail":{"errorcode":"k"}}}', "Invalid ApiKey", null, null],
    [
      "a kind around it",
      '{"type":"error","error":{"type":"authentication_error","message":"bad key"}}',
      "bad key",
      null,
      "authentication_error",
    ],
    ["a message that is no text", '{"error":{"message":{"text":"x"},"code":"c"}}', "x", "c", null],
    ["JSON in its message", '{"message":"{\\"error\\":{\\"message\\":\\"m\\",\\"code\\":\\"c\\"}}"}', "m", "c", null],
    ["nothing said", '{"ok":false}', '{"ok":false}', null, null],
  ])("as JSON, %s", (_, body, message, code, type) => {
    expect(readErrorReply(body)).toMatchObject({ form: "json", message, code, type });
  });

  it.each([
    ["upstream connect error", "upstream connect error"],
    ['"only a text"', "only a text"],
    ["  over\r\nseveral \u0000\u001b[31m lines\n", "over several [31m lines"],
    ['{"error":{"message":"cut of', '{"error":{"message":"cut of'],
    ["false", "false"],
  ])("as text: %j", (body, message) => expect(readErrorReply(body)).toMatchObject({ form: "text", message }));

  it.each([
    [
      "<!DOCTYPE html><html><head><title>Attention\n Required! | Cloudflare</title></head></html>",
      "Attention Required! | Cloudflare",
    ],
    ["\uFEFF <html><body>no title</body></html>", ""],
    ['<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>', "Access Denied"],
    [`<html><title>${"long ".repeat(100)}</title>`, `${"long ".repeat(20).slice(0, 99)}…`],
  ])("as a page: %j", (body, message) => expect(readErrorReply(body)).toMatchObject({ form: "markup", message }));

  it("may be empty", () => expect(readErrorReply(" \n")).toMatchObject({ form: "empty", message: "" }));

  it("is clipped, and has nothing in it that PostgreSQL does not take", () => {
    const { message, code } = readErrorReply(
      JSON.stringify({ message: `\u0000\ud800${"😀".repeat(9_999)}`, code: "c\u0000" }),
    );
    expect(message.length).toBeLessThanOrEqual(800);
    expect(message.isWellFormed()).toBe(true);
    expect(message + code).not.toContain("\0");
  });
});

describe("how long they ask to be left alone", () => {
  const now = new Date("2026-11-26T12:00:00Z");
  const DAY = 86_400_000;
  it.each([
    [{}, null],
    [{ "retry-after": "2" }, 2_000],
    [{ "retry-after": "0.5" }, 500],
    [{ "retry-after": "-3" }, 0],
    [{ "retry-after": "99999999999999999999" }, DAY],
    [{ "retry-after": "1e400" }, DAY],
    [{ "retry-after": "soon" }, null],
    [{ "retry-after": "" }, null],
    [{ "retry-after": "0x10" }, null],
    [{ "retry-after-ms": "250", "retry-after": "9" }, 250],
    [{ "retry-after-ms": "x", "retry-after": "9" }, 9_000],
    [{ "retry-after": "Thu, 26 Nov 2026 12:01:30 GMT" }, 90_000],
    [{ "retry-after": "Thu, 26 Nov 2026 11:00:00 GMT" }, 0],
    [{ "retry-after": "Fri, 01 Jan 2100 00:00:00 GMT" }, DAY],
    [{ "retry-after": "Thu, 26 Nov 2026 15:00:30 GMT", date: "Thu, 26 Nov 2026 15:00:00 GMT" }, 30_000],
  ] as [Record<string, string>, number | null][])("%j", (headers, ms) => {
    expect(readRetryAfter(new Headers(headers), now)).toBe(ms);
  });
});
