import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { maskSecrets, maskWithin } from "../../lib/masking.ts";
import { openLog } from "../../lib/observability/log.ts";

const KEY = "sk-proj-Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z";

describe("a mask", () => {
  const mask = maskSecrets([KEY, undefined, "", "abc"]);

  it.each([
    ["the key", `Incorrect API key provided: ${KEY}.`, "Incorrect API key provided: [hidden]"],
    ["the key twice", `${KEY}|${KEY}`, "[hidden]|[hidden]"],
    ["its beginning", `starts with ${KEY.slice(0, 12)}, see`, "starts with [hidden], see"],
    ["its end", `(…${KEY.slice(-9)})`, "(…[hidden])"],
    ["a part of its middle", `x${KEY.slice(13, 21)}x`, "x[hidden]x"],
    ["the key half starred out", "provided: sk-proj-********************Xy4z. Find", "provided: [hidden] Find"],
    ["stars without its beginning", "key ****Xy4z is gone", "key [hidden] is gone"],
    ["the key of somebody else", "upstream refused sk-ant-REDACTED", "upstream refused [hidden]"],
    [
      "a header",
      `Headers.append: "Bearer ${KEY}" is an invalid header value.`,
      /^Headers.append: "Bearer \[hidden\]" is/,
    ],
    ["credentials of an address", "at http://ann:s3cret@proxy:3128/ x", "at http://[hidden]@proxy:3128/ x"],
  ])("hides %s", (_, text, expected) => {
    if (typeof expected === "string") expect(mask(text)).toBe(expected);
    else expect(mask(text)).toMatch(expected);
  });

  it.each([
    "You exceeded your current quota, please check your plan and billing details.",
    "connect ECONNREFUSED 127.0.0.1:9",
    "You didn't provide an API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)",
    "abc is too short to be a secret; so is sk-proj",
    "",
  ])("leaves %j as it is", (text) => expect(mask(text)).toBe(text));

  it("hides what a line break in the key has made of it", () => {
    const broken = maskSecrets(["sk-first-half\nand-second\r\nend"]);
    for (const text of ["sk-first-half\nand-second\r\nend", "sk-first-half and-second end", "and-second"]) {
      expect(broken(text)).not.toMatch(/first|second/);
    }
  });

  it("hides whatever the key is made of", () => {
    for (const key of [
      "$&$1$`",
      "((((((((",
      "a.*a.*a.*",
      "\\d+\\d+\\d+",
      "[hidden]!",
      '"}{"a":"b"}',
      "pässwörd",
      "aaaaaaaaaaaa",
    ]) {
      const masked = maskSecrets([key])(`before ${key} after ${key}${key}`);
      expect(masked).not.toContain(key);
      expect(masked).toMatch(/^before .* after /);
    }
  });

  it("takes a short key for a word of its own, and leaves the words that hold it", () => {
    const short = maskSecrets(["none5"]);
    expect(short("key none5, nonetheless none55 xnone5 (none5)")).toBe(
      "key [hidden], nonetheless none55 xnone5 ([hidden])",
    );
  });

  it("reaches into objects and lists, not into what is of a class", () => {
    const at = new Date(0);
    const fields = { a: KEY, b: [{ c: `x ${KEY}` }, 5, null], at };
    expect(maskWithin(fields, mask)).toEqual({ a: "[hidden]", b: [{ c: "x [hidden]" }, 5, null], at });
  });
});

describe("the log", () => {
  it("hides the key wherever it stands: in a field, within one, in an error and its stack", () => {
    const destination = new PassThrough();
    const log = openLog({ level: "info", format: "json", destination, mask: maskSecrets([KEY]) });
    log.error({
      event: "x",
      message: `it was ${KEY}`,
      within: { list: [KEY] },
      error: new Error(`bad ${KEY}`),
      count: 7,
    });
    const line = JSON.parse(String(destination.read()));
    expect(line).toMatchObject({
      event: "x",
      message: "it was [hidden]",
      error: { message: "bad [hidden]" },
      count: 7,
    });
    expect(JSON.stringify(line)).not.toContain(KEY.slice(10, 20));
  });
});
