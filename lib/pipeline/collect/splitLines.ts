const NEWLINE = 10;
/** Blanks, tabs, carriage returns, and what old systems and disks put at the end of a file: NUL and Ctrl-Z. */
const BLANK: ReadonlySet<number> = new Set([32, 9, 13, 0, 26]);
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** So much is kept of a line that is too long: enough to tell whose it is, and for an answer with megabytes of blanks behind. */
const HEAD_BYTES = 65_536;

/** A line of a file; `tooLong` if it went over the limit, and then with its start alone. */
export interface SplitLine {
  content: Buffer;
  tooLong: boolean;
}

/**
 * Splits a stream of bytes at newlines alone: U+2028 and U+2029 are allowed inside JSON strings, and Node's own line
 * readers split there. Drops byte order marks at line starts, blanks (tabs, carriage returns, NUL and Ctrl-Z among them) at
 * line ends, and empty lines. Memory stays within `maxLineBytes`.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>, maxLineBytes: number): AsyncGenerator<SplitLine> {
  let parts: Buffer[] = [];
  let size = 0;

  const take = (): SplitLine | undefined => {
    const tooLong = size > maxLineBytes;
    const content = trim(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts));
    parts = [];
    size = 0;
    return content.length === 0 && !tooLong ? undefined : { content, tooLong };
  };
  const add = (part: Buffer): void => {
    if (size > maxLineBytes) return;
    parts.push(part);
    size += part.length;
    if (size > maxLineBytes) parts = [Buffer.from(Buffer.concat(parts).subarray(0, HEAD_BYTES))];
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
  let end = line.length;
  while (end > start && BLANK.has(line[end - 1] ?? 0)) end--;
  return line.subarray(start, end);
}
