import { RefusedError } from "../../api/errors.ts";
import type { Clock } from "../../clock.ts";
import { LiveDashError } from "../../errors.ts";

/** An upload may take any time, but so much of it has to arrive in so long. The time in which nobody asks for more is not counted. */
const LEAST_BYTES = 1_000;
const PATIENCE_MS = 30_000;

/**
 * The pieces of a body, as they are asked for.
 * @throws RefusedError `body_too_slow`, and whatever the body has been ended with
 * @throws LiveDashError `upload_broken_off`
 */
export async function* arriving(body: ReadableStream<Uint8Array>, clock: Clock): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  let bytes = 0;
  let waitedMs = 0;
  try {
    for (;;) {
      const askedAt = clock.now().getTime();
      const piece = await readWithin(reader, clock, PATIENCE_MS - waitedMs);
      if (piece.done) return;
      bytes += piece.value.byteLength;
      waitedMs += clock.now().getTime() - askedAt;
      if (bytes >= LEAST_BYTES) {
        bytes = 0;
        waitedMs = 0;
      }
      yield piece.value;
    }
  } catch (cause) {
    if (cause instanceof RefusedError) throw cause;
    throw new LiveDashError("upload_broken_off", "The upload was interrupted. Send the file again.", { cause });
  } finally {
    reader.cancel().catch(() => {});
  }
}

async function readWithin(reader: ReadableStreamDefaultReader<Uint8Array>, clock: Clock, ms: number) {
  const arrived = new AbortController();
  try {
    const late = clock.sleep(Math.max(ms, 0), arrived.signal).then(() => undefined);
    const piece = await Promise.race([reader.read(), late]);
    if (piece) return piece;
    throw new RefusedError("body_too_slow", "The upload stopped arriving. Send the file again.");
  } finally {
    arrived.abort();
  }
}
