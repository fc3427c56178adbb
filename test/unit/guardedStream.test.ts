import { getEventListeners } from "node:events";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { guardedStream } from "../../lib/api/guardedStream.ts";

const GONE = new Error("let in no more");

let guard: AbortController;
let onEnd: ReturnType<typeof vi.fn<() => void>>;
beforeEach(() => {
  guard = new AbortController();
  onEnd = vi.fn<() => void>();
});

/** A source that gives these parts when it is asked, then ends or, without `ends`, gives nothing more for now. */
function sourceOf(parts: string[], { ends = true } = {}) {
  const left = [...parts];
  const pull = vi.fn((controller: ReadableStreamDefaultController<Uint8Array>) => {
    const part = left.shift();
    if (part !== undefined) controller.enqueue(Buffer.from(part));
    else if (ends) controller.close();
    else return new Promise<void>(() => {});
    return undefined;
  });
  const cancel = vi.fn<(reason: unknown) => void>();
  return { stream: new ReadableStream<Uint8Array>({ pull, cancel }, { highWaterMark: 0 }), pull, cancel };
}

const guarded = (source: ReadableStream<Uint8Array>, whenAborted: "close" | "fail") =>
  guardedStream(source, { signal: guard.signal, whenAborted, onEnd });
const isWatched = () => getEventListeners(guard.signal, "abort").length > 0;

describe("a guarded stream", () => {
  it("hands on every byte in its order, then ends and lets go of the signal", async () => {
    const stream = guarded(sourceOf(["one ", "twö ", "three"]).stream, "fail");
    expect(isWatched()).toBe(true);
    expect(onEnd).not.toHaveBeenCalled();
    expect(await new Response(stream).text()).toBe("one twö three");
    expect(onEnd).toHaveBeenCalledTimes(1);
    expect(isWatched()).toBe(false);
    guard.abort(GONE);
    expect(onEnd).toHaveBeenCalledTimes(1);
  });

  it("takes from its source only what is read, so that nothing piles up for who reads slowly", async () => {
    const { stream, pull } = sourceOf(["one", "two", "three"]);
    const reader = guarded(stream, "fail").getReader();
    expect(pull).not.toHaveBeenCalled();
    await reader.read();
    await new Promise((resolve) => setImmediate(resolve));
    expect(pull).toHaveBeenCalledTimes(1);
  });

  it("ends for who waits when the signal aborts, and lets its source go", async () => {
    const { stream, cancel } = sourceOf(["one"], { ends: false });
    const reader = guarded(stream, "close").getReader();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe("one");
    const waiting = reader.read();
    guard.abort(GONE);
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(cancel).toHaveBeenCalledExactlyOnceWith(GONE);
    expect(onEnd).toHaveBeenCalledTimes(1);
  });

  it("fails with the signal's reason where it must not look whole", async () => {
    const { stream, cancel } = sourceOf(["half of a file"], { ends: false });
    const reader = guarded(stream, "fail").getReader();
    await reader.read();
    const waiting = reader.read();
    guard.abort(GONE);
    await expect(waiting).rejects.toBe(GONE);
    await expect(reader.read()).rejects.toBe(GONE);
    expect(cancel).toHaveBeenCalledExactlyOnceWith(GONE);
    expect(onEnd).toHaveBeenCalledTimes(1);
  });

  it("gives nothing at all when the signal has aborted before", async () => {
    guard.abort(GONE);
    const closed = sourceOf(["secret"]);
    expect(await new Response(guarded(closed.stream, "close")).text()).toBe("");
    const failed = sourceOf(["secret"]);
    await expect(guarded(failed.stream, "fail").getReader().read()).rejects.toBe(GONE);
    for (const { pull, cancel } of [closed, failed]) {
      expect(pull).not.toHaveBeenCalled();
      expect(cancel).toHaveBeenCalledExactlyOnceWith(GONE);
    }
    expect(onEnd).toHaveBeenCalledTimes(2);
    expect(isWatched()).toBe(false);
  });

  it("fails as its source does, and is over then", async () => {
    const broken = new Error("the database is gone");
    const source = new ReadableStream<Uint8Array>({ pull: () => Promise.reject(broken) }, { highWaterMark: 0 });
    await expect(guarded(source, "close").getReader().read()).rejects.toBe(broken);
    expect(onEnd).toHaveBeenCalledTimes(1);
    expect(isWatched()).toBe(false);
    guard.abort(GONE);
    expect(onEnd).toHaveBeenCalledTimes(1);
  });

  it("lets its source go when its reader leaves", async () => {
    const { stream, cancel } = sourceOf(["one", "two"]);
    const reader = guarded(stream, "fail").getReader();
    await reader.read();
    await reader.cancel("enough");
    expect(cancel).toHaveBeenCalledExactlyOnceWith("enough");
    expect(onEnd).toHaveBeenCalledTimes(1);
    expect(isWatched()).toBe(false);
    guard.abort(GONE);
    expect((await reader.read()).done).toBe(true);
  });

  it("is over as well when its reader leaves while it waits", async () => {
    const { stream, cancel } = sourceOf([], { ends: false });
    const reader = guarded(stream, "close").getReader();
    const waiting = reader.read();
    await reader.cancel("enough");
    expect((await waiting).done).toBe(true);
    expect(cancel).toHaveBeenCalledExactlyOnceWith("enough");
    expect(onEnd).toHaveBeenCalledTimes(1);
    expect(isWatched()).toBe(false);
  });

  it("does not need anybody who wants to know of its end", async () => {
    const { stream } = sourceOf(["one"], { ends: false });
    const reader = guardedStream(stream, { signal: guard.signal, whenAborted: "close" }).getReader();
    await reader.read();
    guard.abort(GONE);
    expect((await reader.read()).done).toBe(true);
  });
});
