const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** A line of a file; `tooLong` if it went over the limit, and then without its content. */
export type SplitLine = { content: Buffer; tooLong: false } | { content: null; tooLong: true };

/**
 * Splits a stream of bytes at newlines alone: U+2028 and U+2029 are allowed inside JSON strings, and Node's own line
 * readers split there. Drops byte order marks at line starts, carriage returns at
 * line ends, and empty lines. Memory stays within `maxLineBytes`.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>, maxLineBytes: number): AsyncGenerator<SplitLine> {
  let parts: Buffer[] = [];
  let size = 0;

  const take = (): SplitLine | undefined => {
    const tooLong = size > maxLineBytes;
    const line = tooLong ? undefined : trim(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts));
    parts = [];
    size = 0;
    if (line === undefined) return { content: null, tooLong: true };
    return line.length === 0 ? undefined : { content: line, tooLong: false };
  };
  const add = (part: Buffer): void => {
    size += part.length;
    if (size > maxLineBytes) parts = [];
    else parts.push(part);
  };

  for await (const bytes of chunks) {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      add(chunk.subarray(start, end));
      const line = take();
      if (line) yield line;
      start = end + 1;
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
  if (size > 0) {
    const line = take();
    if (line) yield line;
  }
}

function trim(line: Buffer): Buffer {
  const start = line.subarray(0, BOM.length).equals(BOM) ? BOM.length : 0;
  const end = line.at(-1) === CARRIAGE_RETURN ? line.length - 1 : line.length;
  return line.subarray(start, Math.max(start, end));
}
