import { isUtf8 } from "node:buffer";
import type { BadRow, BadRowCode } from "../row.ts";
import { keptOf } from "./rawText.ts";
import { type Scan, type Separators, scanRecord } from "./scanRecord.ts";
import { splitFields } from "./splitFields.ts";

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;
const COMMA = 0x2c;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const EMPTY = Buffer.alloc(0);

/** A record of the file with the 1-based line on which it begins. */
export interface CsvRecord {
  line: number;
  fields: string[];
  /** As it stands in the file, without its line end. */
  text: string;
  bytes: number;
}

/**
 * Cuts the bytes of a CSV into records (RFC 4180; another delimiter or line end if told so; the other kind of line end counts
 * too; empty lines are skipped). A record with broken quotes is bad and costs its first line alone: reading goes on with the line after it, so that a forgotten quote cannot swallow
 * its neighbours. A BOM is dropped.
 */
export class RecordSplitter {
  #rest: Buffer = EMPTY;
  #line = 1;
  #started = false;
  /** Inside a line that was found bad: its remainder is thrown away. */
  #skipping = false;
  /** The first quote at or after the place that is read; the buffer's length if there is none. */
  #quote = -1;
  /** The same for the other kind of line end: CR where lines end with LF, LF where they end with CR. */
  #other = -1;
  readonly #maxRecordBytes: number;
  readonly #separators: Separators;
  readonly #delimiter: string;

  constructor(maxRecordBytes: number, separators: Separators = { delimiter: COMMA, lineEnd: LF }) {
    this.#maxRecordBytes = maxRecordBytes;
    this.#separators = separators;
    this.#delimiter = String.fromCharCode(separators.delimiter);
  }

  /** The records that end in this part of the file; `last` says that it is the last one. */
  push(chunk: Uint8Array, last = false): (CsvRecord | BadRow)[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const buffer = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    this.#rest = EMPTY;
    if (this.#started) return this.#read(buffer, last);
    if (buffer.length < BOM.length && !last) {
      this.#rest = buffer;
      return [];
    }
    this.#started = true;
    return this.#read(buffer.subarray(0, BOM.length).equals(BOM) ? buffer.subarray(BOM.length) : buffer, last);
  }

  #read(buffer: Buffer, last: boolean): (CsvRecord | BadRow)[] {
    const found: (CsvRecord | BadRow)[] = [];
    this.#quote = -1;
    this.#other = -1;
    let at = this.#skipping ? this.#skipLine(buffer, 0) : 0;
    while (at < buffer.length) {
      const scan = this.#scan(buffer, at, last);
      const tooLong = (scan.kind === "record" ? scan.end : buffer.length) - at > this.#maxRecordBytes;
      if (scan.kind === "record") {
        const record = tooLong ? this.#tooLong(buffer.subarray(at, scan.end)) : this.#decode(buffer, at, scan.end);
        if (record) found.push(record);
        this.#line += this.#countLines(buffer, at, scan);
        at = scan.next;
      } else if (tooLong || (scan.kind === "broken" && (last || buffer.includes(this.#separators.lineEnd, at)))) {
        const line = this.#lineAt(buffer, at);
        found.push(scan.kind === "broken" ? this.#broken(scan.reason, line) : this.#endless(scan.inQuotes, line));
        at = this.#skipLine(buffer, at);
      } else {
        this.#rest = buffer.subarray(at);
        break;
      }
    }
    return found;
  }

  #scan(buffer: Buffer, at: number, last: boolean): Scan {
    const lineEnd = buffer.indexOf(this.#separators.lineEnd, at);
    const stop = lineEnd === -1 ? buffer.length : lineEnd;
    if (this.#quote < at) this.#quote = indexOrEnd(buffer, QUOTE, at);
    if (this.#other < at) this.#other = indexOrEnd(buffer, this.#separators.lineEnd === LF ? CR : LF, at);
    const isPair = this.#separators.lineEnd === LF && this.#other === stop - 1 && lineEnd !== -1;
    if (this.#quote < stop || (this.#other < stop && !isPair)) return scanRecord(buffer, at, last, this.#separators);
    if (lineEnd === -1 && !last) return { kind: "incomplete", inQuotes: false };
    return { kind: "record", end: stop, next: Math.min(stop + 1, buffer.length) };
  }

  /** The offset after the line's end; the buffer's end if the line goes on beyond it. */
  #skipLine(buffer: Buffer, at: number): number {
    const lineEnd = buffer.indexOf(this.#separators.lineEnd, at);
    this.#skipping = lineEnd === -1;
    if (lineEnd === -1) return buffer.length;
    this.#line += 1;
    return lineEnd + 1;
  }

  #decode(buffer: Buffer, start: number, recordEnd: number): CsvRecord | BadRow | undefined {
    const bytes = this.#withoutReturn(buffer.subarray(start, recordEnd));
    if (bytes.length === 0) return undefined;
    if (isUtf8(bytes)) {
      const text = bytes.toString("utf8");
      return { line: this.#line, fields: splitFields(text, this.#delimiter), text, bytes: bytes.length };
    }
    return this.#bad("invalid_encoding", "The row is not valid UTF-8. Save the file as UTF-8.", bytes);
  }

  /** The bytes up to the line's end, or the buffer's. */
  #lineAt(buffer: Buffer, at: number): Buffer {
    const lineEnd = buffer.indexOf(this.#separators.lineEnd, at);
    return this.#withoutReturn(buffer.subarray(at, lineEnd === -1 ? buffer.length : lineEnd));
  }

  #withoutReturn(bytes: Buffer): Buffer {
    const hasReturn = this.#separators.lineEnd === LF && bytes.at(-1) === CR;
    return hasReturn ? bytes.subarray(0, -1) : bytes;
  }

  #broken(reason: string, bytes: Buffer): BadRow {
    return this.#bad("broken_quoting", reason, bytes);
  }

  #endless(inQuotes: boolean, bytes: Buffer): BadRow {
    if (!inQuotes) return this.#tooLong(bytes);
    return this.#broken("A quoted field is not closed within the longest allowed record.", bytes);
  }

  #tooLong(bytes: Buffer): BadRow {
    return this.#bad("record_too_long", `The record is longer than ${this.#maxRecordBytes} bytes.`, bytes);
  }

  /** A record that ends with the other kind of line end is a line too. */
  #countLines(buffer: Buffer, at: number, { end, next }: { end: number; next: number }): number {
    const { lineEnd } = this.#separators;
    const endsOtherwise = next > end && buffer[next - 1] !== lineEnd;
    return countLineEnds(buffer, at, next, lineEnd) + (endsOtherwise ? 1 : 0);
  }

  #bad(code: BadRowCode, reason: string, bytes: Buffer): BadRow {
    return { line: this.#line, code, reason, ...keptOf(bytes) };
  }
}

function indexOrEnd(buffer: Buffer, byte: number, from: number): number {
  const index = buffer.indexOf(byte, from);
  return index === -1 ? buffer.length : index;
}

function countLineEnds(buffer: Buffer, from: number, to: number, lineEnd: number): number {
  let count = 0;
  for (let at = buffer.indexOf(lineEnd, from); at !== -1 && at < to; at = buffer.indexOf(lineEnd, at + 1)) count += 1;
  return count;
}
