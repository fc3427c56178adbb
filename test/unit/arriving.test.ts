import { describe, expect, it } from "vitest";
import { arriving } from "../../lib/admin/imports/arriving.ts";
import { standingClock } from "../support/testClock.ts";

function upload() {
  let body: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => {
      body = controller;
    },
  });
  const { clock, emulatorClock } = standingClock(async () => {});
  const pieces = arriving(stream, clock);
  const send = (bytes: number) => body?.enqueue(new Uint8Array(bytes));
  /** Lets time pass once somebody waits for it. */
  const pass = async (ms: number) => {
    await new Promise(setImmediate);
    await emulatorClock.advance(ms, async () => {});
    await new Promise(setImmediate);
  };
  return { pieces, send, pass, end: () => body?.close() };
}

describe("a body that arrives", () => {
  it("may take hours, as long as it goes on", async () => {
    const { pieces, send, pass, end } = upload();
    for (let hour = 0; hour < 400; hour++) {
      const next = pieces.next();
      await pass(29_000);
      send(1_000);
      expect((await next).value).toHaveLength(1_000);
    }
    end();
    expect((await pieces.next()).done).toBe(true);
  });

  it("may wait for whoever reads it", async () => {
    const { pieces, send, pass } = upload();
    send(10);
    await pieces.next();
    await pass(3_600_000);
    send(10);
    expect((await pieces.next()).value).toHaveLength(10);
  });

  it("is ended when nothing comes", async () => {
    const { pieces, pass } = upload();
    const next = expect(pieces.next()).rejects.toMatchObject({ code: "body_too_slow", status: 408 });
    await pass(30_000);
    await next;
  });

  it("is ended when it comes a byte at a time", async () => {
    const { pieces, send, pass } = upload();
    for (let piece = 0; piece < 14; piece++) {
      const next = pieces.next();
      await pass(2_000);
      send(1);
      await next;
    }
    const next = expect(pieces.next()).rejects.toMatchObject({ code: "body_too_slow" });
    await pass(2_000);
    await next;
  });
});
