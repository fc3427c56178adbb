/**
 * The same bytes, until the signal aborts: then the stream ends, or fails with the signal's reason, and its source is let go.
 * @param options.onEnd called once, when it has ended, however it does
 */
export function guardedStream(
  source: ReadableStream<Uint8Array>,
  options: { signal: AbortSignal; whenAborted: "close" | "fail"; onEnd?: () => void },
): ReadableStream<Uint8Array> {
  const { signal, whenAborted } = options;
  const reader = source.getReader();
  let onAbort = () => {};
  let isOver = false;
  const end = () => {
    if (isOver) return;
    isOver = true;
    signal.removeEventListener("abort", onAbort);
    options.onEnd?.();
  };
  const guarded: UnderlyingDefaultSource<Uint8Array> = {
    start(controller) {
      onAbort = () => {
        end();
        if (whenAborted === "close") controller.close();
        else controller.error(signal.reason);
        reader.cancel(signal.reason).catch(() => {});
      };
      if (signal.aborted) onAbort();
      else signal.addEventListener("abort", onAbort, { once: true });
    },
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (isOver) return;
        if (!done) return controller.enqueue(value);
        end();
        controller.close();
      } catch (error) {
        end();
        throw error;
      }
    },
    async cancel(reason) {
      end();
      await reader.cancel(reason);
    },
  };
  // Nothing waits here: how much may wait is for the source to say.
  return new ReadableStream(guarded, { highWaterMark: 0 });
}
