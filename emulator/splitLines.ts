import { isUtf8 } from "node:buffer";
import { open } from "node:fs/promises";

interface Line {
  /** 1-based. */
  number: number;
  text: string;
  /** False for bytes that are not UTF-8; `text` then holds replacement characters. */
  utf8: boolean;
  /** True when `text` was cut because the line is longer than `maxLineBytes`. */
  tooLong: boolean;
  /** False for a last line that ends with the file instead of a line feed. */
  terminated: boolean;
}

const chunkBytes = 256 * 1024;

/**
 * The lines of a file, split at line feeds alone. node:readline would also split at U+2028 and U+2029, which
 * JSON leaves as they are. Memory: one chunk and one line (cut at `maxLineBytes`).
 */
export async function* splitLines(path: string, maxLineBytes = 16 * 1024 * 1024): AsyncGenerator<Line> {
  const handle = await open(path, "r");
  try {
    let number = 0;
    let position = 0;
    let parts: Buffer[] = [];
    let kept = 0;
    let tooLong = false;
    const take = (piece: Buffer) => {
      const room = maxLineBytes - kept;
      if (piece.length > room) tooLong = true;
      if (room > 0 && piece.length > 0) parts.push(Buffer.from(piece.subarray(0, room)));
      kept += Math.min(piece.length, Math.max(room, 0));
    };
    const finish = (last: Buffer, terminated: boolean): Line => {
      if (parts.length > 0 || last.length > maxLineBytes) take(last);
      const bytes = parts.length > 0 ? Buffer.concat(parts) : last;
      number += 1;
      const line = { number, text: bytes.toString("utf8"), utf8: isUtf8(bytes), tooLong, terminated };
      parts = [];
      kept = 0;
      tooLong = false;
      return line;
    };
    const chunk = Buffer.allocUnsafe(chunkBytes);
    while (true) {
      const { bytesRead } = await handle.read(chunk, 0, chunkBytes, position);
      if (bytesRead === 0) break;
      const filled = chunk.subarray(0, bytesRead);
      let start = 0;
      for (let stop = filled.indexOf(10); stop !== -1; stop = filled.indexOf(10, start)) {
        yield finish(filled.subarray(start, stop), true);
        start = stop + 1;
      }
      take(filled.subarray(start));
      position += bytesRead;
    }
    if (kept > 0) yield finish(Buffer.alloc(0), false);
  } finally {
    await handle.close();
  }
}
