import { isAscii, isUtf8 } from "node:buffer";

export type Encoding = "UTF-8" | "UTF-16LE" | "UTF-16BE" | "Windows-1252";

/** Bytes that stand for no character in Windows-1252. */
const UNDEFINED_BYTES = [0x81, 0x8d, 0x8f, 0x90, 0x9d];
const LOOKED_AT = 1_000;
/** Fewer may be strays. */
const FEWEST_ZEROS = 8;
/** Of the zeros in UTF-16 so many stand where the upper halves of its units do: a few characters have the other half zero. */
const MOSTLY = 0.9;

/** A file's content in UTF-8, and the encoding that it came in; that is settled by the first bytes beyond ASCII. */
export interface Decoded {
  encoding(): Encoding;
  content: AsyncGenerator<Buffer>;
}

/** Reads a file in the encoding that it is written in. A byte order mark is left to the reader. */
export function decode(chunks: AsyncIterable<Buffer>): Decoded {
  let encoding: Encoding | undefined;
  async function* content(): AsyncGenerator<Buffer> {
    let decoder: TextDecoder | undefined;
    let held: Buffer = Buffer.alloc(0);
    const read = (bytes: Buffer) => (decoder ? Buffer.from(decoder.decode(bytes, { stream: true })) : bytes);
    const settle = (all: Buffer, whole: Buffer) => {
      encoding = wideEncoding(all) ?? (isAscii(whole) ? undefined : narrowEncoding(whole));
      if (encoding && encoding !== "UTF-8") decoder = new TextDecoder(encoding);
    };
    for await (const chunk of chunks) {
      const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      // Half a character at the end says nothing: it is looked at together with what comes next.
      const end = encoding === undefined ? bytes.length - halfCharacter(bytes) : bytes.length;
      const whole = bytes.subarray(0, end);
      held = Buffer.from(bytes.subarray(end));
      if (encoding === undefined) settle(bytes, whole);
      yield read(whole);
    }
    if (encoding === undefined) settle(held, held);
    yield read(held);
    if (decoder) yield Buffer.from(decoder.decode());
  }
  return { encoding: () => encoding ?? "UTF-8", content: content() };
}

/** The text of a file that is there whole; undefined where no encoding fits. In UTF-8, a stray byte becomes U+FFFD. */
export function decodeWhole(bytes: Buffer): string | undefined {
  const wide = wideEncoding(bytes);
  const text = new TextDecoder(wide ?? "UTF-8", { ignoreBOM: true }).decode(bytes);
  if (wide || isUtf8(bytes) || isNearlyUtf8(bytes, text)) return text;
  return narrowEncoding(bytes) === "UTF-8" ? undefined : new TextDecoder("Windows-1252").decode(bytes);
}

/** So many characters beyond ASCII are right for each that is not. */
const RIGHT_FOR_EACH_WRONG = 4;

/** Whether UTF-8 was damaged or cut in a place or two. In plain ASCII one byte tells nothing, unless it is none of Windows-1252 either. */
function isNearlyUtf8(bytes: Buffer, text: string): boolean {
  const wrong = text.split("\uFFFD").length - 1;
  const right = (text.match(/[^\p{ASCII}\uFFFD]/gu) ?? []).length;
  const half = halfCharacter(bytes);
  // The beginning of a euro, a quote or an emoji; other letters stand before such signs in Windows-1252 too.
  if (wrong === 1 && half > 1 && [0xe2, 0xf0].includes(bytes.at(-half) ?? 0)) return true;
  if (right === 0) return wrong === 1 && UNDEFINED_BYTES.some((byte) => bytes.includes(byte));
  return wrong === 1 || right >= wrong * RIGHT_FOR_EACH_WRONG;
}

/** How many bytes at the end begin a character of UTF-8 that is not whole. */
function halfCharacter(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}

/** UTF-16 by its mark, or without one by the zeros that its plain letters, digits and separators have as their other half. */
function wideEncoding(bytes: Buffer): Encoding | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "UTF-16LE";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "UTF-16BE";
  const beginning = bytes.subarray(0, LOOKED_AT - (LOOKED_AT % 2));
  const zerosAt = (parity: number) => beginning.filter((byte, index) => byte === 0 && index % 2 === parity).length;
  const [even, odd] = [zerosAt(0), zerosAt(1)];
  const zeros = even + odd;
  if (zeros < FEWEST_ZEROS) return undefined;
  const encoding = odd > zeros * MOSTLY ? "UTF-16LE" : even > zeros * MOSTLY ? "UTF-16BE" : undefined;
  return encoding && isValid(beginning, encoding) ? encoding : undefined;
}

/** Whether a file is in UTF-16. */
export const isWide = (beginning: Buffer): boolean => wideEncoding(beginning) !== undefined;

function isValid(bytes: Buffer, encoding: Encoding): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(0, bytes.length - (bytes.length % 2)), {
      stream: true,
    });
    return true;
  } catch {
    return false;
  }
}

/**
 * Windows-1252 if all of it is valid in that, and more of its lines are wrong in UTF-8 than right: one wrong line in a file
 * with umlauts in UTF-8 is a broken line, not another encoding.
 */
function narrowEncoding(bytes: Buffer): Encoding {
  if (isUtf8(bytes) || UNDEFINED_BYTES.some((byte) => bytes.includes(byte))) return "UTF-8";
  const lines = linesOf(bytes).filter((line) => !isAscii(line));
  const right = lines.filter((line) => isUtf8(line)).length;
  return lines.length - right > right ? "Windows-1252" : "UTF-8";
}

/** Whole lines: what a chunk cuts through says nothing, unless there is nothing else. */
function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let from = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] !== 0x0a && bytes[at] !== 0x0d) continue;
    lines.push(bytes.subarray(from, at));
    from = at + 1;
  }
  const last = bytes.subarray(from);
  return lines.some((line) => !isAscii(line)) ? lines : [...lines, last];
}
