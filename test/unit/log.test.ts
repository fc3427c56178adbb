import { once } from "node:events";
import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { maskSecrets } from "../../lib/masking.ts";
import { type LogOptions, openLog } from "../../lib/observability/log.ts";

const SECRET = "k8Fh2pQz7LmX0vTn4RbY6sWc1JdG3eA";

function opened(options: Partial<LogOptions> = {}) {
  const destination = new PassThrough();
  const log = openLog({ level: "info", format: "json", destination, ...options });
  return { log, destination, text: () => String(destination.read() ?? "") };
}

/** What a machine reads of one line with these fields. */
function lineOf(fields: object, options: Partial<LogOptions> = {}): Record<string, unknown> {
  const { log, text } = opened(options);
  log.info(fields);
  return JSON.parse(text());
}

/** An error as libraries throw them, with more on it than anybody should read. */
function databaseError() {
  const more = { code: "23505", detail: "Key (name)=(Ada) exists", parameters: ["what Ada wrote"], where: "row" };
  return Object.assign(new TypeError("duplicate key"), more, { cause: new Error("of what Ada wrote") });
}

describe("a line of the log", () => {
  it("has its fields and a time that everybody reads alike, and no name of the machine", () => {
    const line = lineOf({ event: "batch.created", batchId: "b1", requests: 7 });
    expect(line).toEqual({ level: 30, time: expect.any(String), event: "batch.created", batchId: "b1", requests: 7 });
    expect(line.time).toBe(new Date(String(line.time)).toISOString());
  });

  it("is written from its level on", () => {
    const { log, text } = opened({ level: "warn" });
    log.info({ event: "small" });
    expect(text()).toBe("");
    log.warn({ event: "large" });
    expect(JSON.parse(text())).toMatchObject({ level: 40, event: "large" });
  });

  it.each(["apiKey", "password", "csvPassword", "authorization", "content", "transcript", "answer", "messages"])(
    "hides %s, at the top and one deeper, whatever it is",
    (name) => {
      const line = lineOf({ [name]: "what Ada wrote", within: { [name]: ["what Ada wrote"], id: "r1" } });
      expect(line).toMatchObject({ [name]: "[hidden]", within: { [name]: "[hidden]", id: "r1" } });
    },
  );

  it("hides the secrets of the configuration, in texts, lists and errors", () => {
    const mask = maskSecrets([SECRET]);
    const error = new Error(`refused ${SECRET}`, { cause: SECRET });
    const line = lineOf({ at: `x ${SECRET}`, within: { list: [SECRET, 5] }, error }, { mask });
    expect(line).toMatchObject({ at: "x [hidden]", within: { list: ["[hidden]", 5] } });
    expect(line.error).toMatchObject({ message: "refused [hidden]" });
    expect(JSON.stringify(line)).not.toContain(SECRET.slice(0, 8));
  });
});

describe("an error in the log", () => {
  it("is its name, code, message and stack, and nothing that a library has hung on it", () => {
    const { error } = lineOf({ event: "failed", error: databaseError() });
    expect(error).toEqual({
      name: "TypeError",
      code: "23505",
      message: "duplicate key",
      stack: expect.stringMatching(/^TypeError: duplicate key\n\s+at .*log\.test\.ts/),
    });
    expect(JSON.stringify(error)).not.toContain("Ada");
  });

  it("has no code where it has none", () => {
    expect(lineOf({ error: new Error("plain") }).error).toEqual({
      name: "Error",
      message: "plain",
      stack: expect.any(String),
    });
  });

  it.each([
    ["a text", "only a text", "only a text"],
    ["nothing", null, "null"],
    ["a thing", { password: "t0ps3cret" }, "[object Object]"],
  ])("may be %s that was thrown instead", (_what, thrown, message) => {
    expect(lineOf({ error: thrown }).error).toEqual({ message });
  });
});

describe("the log for a person at a terminal", () => {
  async function shown(fields: object): Promise<string> {
    const { log, destination } = opened({ format: "pretty", mask: maskSecrets([SECRET]) });
    const arrived = once(destination, "data");
    log.warn(fields, "something happened");
    return stripVTControlCharacters(String((await arrived)[0]));
  }

  it("is a line with its time of day, its level, its words and its fields", async () => {
    const text = await shown({ event: "feed.trouble", batchId: "b1" });
    expect(text).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] WARN: something happened\n/);
    expect(text).toContain('event: "feed.trouble"');
    expect(text).toContain('batchId: "b1"');
  });

  it("hides as much as that for machines", async () => {
    const error = Object.assign(new Error(`refused ${SECRET}`), { parameters: ["what Ada wrote"] });
    const text = await shown({ apiKey: SECRET, within: { password: "t0ps3cret" }, at: `x ${SECRET}`, error });
    expect(text).toContain("refused [hidden]");
    expect(text).not.toMatch(/k8Fh2pQz|t0ps3cret|Ada/);
  });

  it("goes on in the same place, line by line", async () => {
    const { log, destination } = opened({ format: "pretty" });
    const lines: string[] = [];
    for (const event of ["first", "second"]) {
      const arrived = once(destination, "data");
      log.info({ event });
      lines.push(String((await arrived)[0]));
    }
    expect(lines[0]).toContain("first");
    expect(lines[1]).toContain("second");
  });
});
