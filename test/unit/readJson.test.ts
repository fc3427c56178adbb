import { beforeEach, describe, expect, it, vi } from "vitest";
import { readJson, requireType } from "../../lib/api/readJson.ts";
import { refusal } from "../support/refusal.ts";
import { loneClock, type TestClock } from "../support/testClock.ts";

const JSON_TYPE = "application/json";

let clock: TestClock;
let sleepers: AbortSignal[];
beforeEach(() => {
  sleepers = [];
  const lone = loneClock();
  const sleep: TestClock["sleep"] = (ms, signal) => {
    if (signal) sleepers.push(signal);
    return lone.sleep(ms, signal);
  };
  clock = { ...lone, sleep };
});

function requestOf(body: BodyInit | null, type: string | null = JSON_TYPE): Request {
  const headers = new Headers(type === null ? {} : { "Content-Type": type });
  const request = new Request("http://localhost/", { method: "POST", body, headers, ...{ duplex: "half" } });
  if (type === null) request.headers.delete("Content-Type");
  return request;
}

function read(body: BodyInit | null, options: { type?: string | null; maxBytes?: number } = {}) {
  const { type = JSON_TYPE, maxBytes = 1_000 } = options;
  return readJson(requestOf(body, type), clock, maxBytes);
}

/** A body that comes in pieces, when the test sends them. */
function slowBody() {
  const cancel = vi.fn();
  let wire: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      wire = controller;
    },
    cancel,
  });
  return {
    body,
    cancel,
    send: (text: string | Uint8Array) => wire?.enqueue(Buffer.from(text)),
    end: () => wire?.close(),
  };
}

describe("the body of a call", () => {
  it("is the object that was sent", async () => {
    expect(await read('{"name":"Zoë 😀","ids":[1,{"a":null}]}')).toEqual({ name: "Zoë 😀", ids: [1, { a: null }] });
  });

  it("counts as empty where there is none, of whatever type", async () => {
    for (const type of [JSON_TYPE, "text/plain", null]) {
      expect(await read(null, { type })).toEqual({});
      expect(await read("", { type })).toEqual({});
    }
  });

  it.each(["application/json; charset=utf-8", "Application/JSON", " application/json ;x=y"])(
    "may be of type %j",
    async (type) => expect(await read("{}", { type })).toEqual({}),
  );

  it.each([
    ["text/plain"],
    ["application/x-www-form-urlencoded"],
    ["application/jsonp"],
    ["text/json, application/json"],
    [null],
  ])("may not be of type %j, which a form of another site could send", async (type) => {
    await expect(read("{}", { type })).rejects.toEqual(refusal("unsupported_media_type", "must be application/json"));
  });

  it.each(["{", '{"a":1}}', "{'a':1}", '{"a":NaN}', "\u0000", '{"a":"\n"}'])("is not valid JSON: %j", async (body) => {
    await expect(read(body)).rejects.toEqual(refusal("invalid_input", "is not valid JSON"));
  });

  it.each(["[]", '[{"a":1}]', "null", "5", '"text"', "true"])("is no object: %s", async (body) => {
    await expect(read(body)).rejects.toEqual(refusal("invalid_input", "is not a JSON object"));
  });

  it.each([
    '{"__proto__":{"admin":true}}',
    '{"a":[{"__proto__" : null}]}',
    '{"a":{"b":1,"__proto__":1}}',
    String.raw`{"\u005f_proto__":1}`,
  ])("may not name a prototype, however deep: %s", async (body) => {
    await expect(read(body)).rejects.toEqual(refusal("invalid_input", "__proto__: is not an allowed field"));
    expect({}).not.toHaveProperty("admin");
  });

  it("may speak of one in a text", async () => {
    const given = { a: '"__proto__": 1', b: "__proto__" };
    expect(await read(JSON.stringify(given))).toEqual(given);
  });

  it("is UTF-8, or refused: what is not would be stored as something else", async () => {
    const body = Buffer.concat([Buffer.from('{"name":"Zo'), Buffer.from([0xeb]), Buffer.from('"}')]);
    await expect(read(body)).rejects.toEqual(refusal("invalid_input", "is not valid UTF-8"));
  });

  it("does not say in a refusal what was sent", async () => {
    const fault = await read('{"password":"t0ps3cret').catch((error: unknown) => error);
    expect(String(fault)).not.toContain("t0ps3cret");
  });
});

describe("the size of a body", () => {
  it("is counted in bytes, not in characters", async () => {
    const body = '{"a":"ää"}';
    expect(Buffer.byteLength(body)).toBe(12);
    expect(await read(body, { maxBytes: 12 })).toEqual({ a: "ää" });
    await expect(read(body, { maxBytes: 11 })).rejects.toEqual(refusal("too_large", "larger than 11 bytes"));
    await expect(read(body, { maxBytes: 11 })).rejects.toMatchObject({ status: 413 });
  });

  it("is not read beyond what is allowed, though it never ends", async () => {
    const cancel = vi.fn();
    const pull = vi.fn((controller: ReadableStreamDefaultController<Uint8Array>) =>
      controller.enqueue(Buffer.alloc(400)),
    );
    await expect(read(new ReadableStream({ pull, cancel }))).rejects.toEqual(refusal("too_large"));
    expect(cancel).toHaveBeenCalledTimes(1);
    // Three are too many; one more may be on its way.
    expect(pull.mock.calls.length).toBeLessThanOrEqual(4);
  });

  it("is refused before its type is: nobody has to send the rest to learn that", async () => {
    await expect(read("x".repeat(1_001), { type: "text/plain" })).rejects.toEqual(refusal("too_large"));
  });
});

describe("a body that arrives in pieces", () => {
  it("is put together, though a character is cut in two", async () => {
    const { body, send, end } = slowBody();
    const reading = read(body);
    for (const byte of Buffer.from('{"a":"ö😀"}')) send(Uint8Array.of(byte));
    end();
    expect(await reading).toEqual({ a: "ö😀" });
  });

  it("is waited for fifteen seconds in all, however it drips", async () => {
    const { body, cancel, send } = slowBody();
    let answer: unknown;
    const reading = read(body).catch((error: unknown) => {
      answer = error;
    });
    for (let second = 1; second <= 14; second++) {
      send(" ");
      await clock.pass(1_000);
    }
    expect(answer).toBeUndefined();
    send(" ");
    await clock.pass(1_000);
    await reading;
    expect(answer).toEqual(refusal("body_too_slow", "did not arrive in time"));
    expect(answer).toMatchObject({ status: 408 });
    expect(cancel).toHaveBeenCalledTimes(1);
  });

  it("is taken when it comes just in time", async () => {
    const { body, send, end } = slowBody();
    const reading = read(body);
    await clock.pass(14_999);
    send("{}");
    end();
    expect(await reading).toEqual({});
  });

  it("leaves no timer behind, whatever became of it", async () => {
    await read("{}");
    await read("{").catch(() => {});
    await read("x".repeat(2_000)).catch(() => {});
    expect(sleepers.map(({ aborted }) => aborted)).toEqual([true, true, true]);
  });
});

it("another type can be asked for, such as that of an upload", () => {
  expect(() => requireType(requestOf("a,b", "text/csv; header=present"), "text/csv")).not.toThrow();
  expect(() => requireType(requestOf("{}"), "text/csv")).toThrow(
    refusal("unsupported_media_type", "The request body must be text/csv."),
  );
});
