import { isWide } from "./encoding.ts";
import { looksLikeHtml } from "./looksLikeHtml.ts";

/** bzip2, xz, Zstandard, 7-Zip, RAR, LZ4, compress. */
const PACKED = ["BZh91AY", "\xfd7zXZ", "\x28\xb5\x2f\xfd", "7z\xbc\xaf", "Rar!\x1a", "\x04\x22\x4d\x18", "\x1f\x9d"];
const PDF = /^(?:\xef\xbb\xbf)?\s*%PDF-/;
const PICTURES = ["\x89PNG", "\xff\xd8\xff", "GIF87a", "GIF89a", "II*\0", "MM\0*"];
/** Parquet, Avro, SQLite. */
const DATA_FILES = ["PAR1\x15", "Obj\x01", "SQLite format 3\0"];
const XML = /^\s*<(?:\?xml\b|[a-z][\w:.-]*[\s/>])/i;
const FEWEST_CONTROLS = 8;

type Kind = [what: string, remedy: string, is: (start: string, bytes: Buffer) => boolean];

/** Files that are no text, by their first bytes, and what to do with them to have a CSV. */
const DOCUMENTS: readonly Kind[] = [
  ["an .xls spreadsheet", "save it as CSV", (start) => start.startsWith("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")],
  ["an .xlsx spreadsheet", "save it as CSV", (start) => isZip(start) && /xl\/|\[Content_Types\]\.xml/.test(start)],
  ["an .ods spreadsheet", "save it as CSV", (start) => isZip(start) && start.includes("opendocument.spreadsheet")],
  ["a zip archive", "unpack it first", isZip],
  [
    "compressed in an unsupported format",
    "unpack it first, or compress it with gzip",
    (start) => startsWithOne(start, PACKED),
  ],
  ["text in UTF-32", "save it as UTF-8", (start) => /^(?:\xff\xfe\0\0|\0\0\xfe\xff)/.test(start)],
  ["a tar archive", "unpack it first", (start) => start.startsWith("ustar", 257)],
  ["a PDF", "export the sessions as CSV", (start) => PDF.test(start)],
  ["an RTF document", "save it as CSV", (start) => start.startsWith("{\\rtf")],
  ["a picture", "export the sessions as CSV", (start) => startsWithOne(start, PICTURES)],
  ["a database or data file", "export the sessions as CSV", (start) => startsWithOne(start, DATA_FILES)],
];
/** Files that are no CSV. */
const KINDS: readonly Kind[] = [
  ...DOCUMENTS,
  ["a web page (HTML)", "check the address and the password", (_, bytes) => looksLikeHtml(bytes)],
  ["XML", "export the sessions as CSV", (start) => XML.test(withoutMark(start))],
  ["JSON", "export the sessions as CSV", (start) => /^\s*(\{\s*["}]|\[\s*[[{\]"])/.test(withoutMark(start))],
  ["a binary file", "export the sessions as CSV", isBinary],
];

/** What a file is where it is no CSV, in a few words, with what to do; undefined for what may be one. */
export function otherKindOfFile(beginning: Buffer): { what: string; remedy: string } | undefined {
  const found = kindOf(beginning, KINDS);
  return found && { what: found[0], remedy: found[1] };
}

/** What a file is where it is no text: an RTF document, a picture. */
export function documentKind(beginning: Buffer): string | undefined {
  return kindOf(beginning, DOCUMENTS)?.[0];
}

function kindOf(beginning: Buffer, kinds: readonly Kind[]): Kind | undefined {
  const start = beginning.subarray(0, 4_096).toString("latin1");
  return kinds.find(([, , is]) => is(start, beginning));
}

function isZip(start: string): boolean {
  return start.startsWith("PK\x03\x04") || start.startsWith("PK\x05\x06") || start.startsWith("PK\x07\x08");
}

/** Without the byte order mark of UTF-8, read as Latin-1. */
function withoutMark(start: string): string {
  return start.replace(/^\xef\xbb\xbf/, "");
}

function startsWithOne(start: string, marks: readonly string[]): boolean {
  return marks.some((mark) => start.startsWith(mark));
}

/** More control characters than any text has; UTF-16 is full of U+0000, and its halves may look like others. */
function isBinary(start: string, bytes: Buffer): boolean {
  const controls = start.match(/(?![\s\0])\p{Cc}/gu)?.filter((sign) => sign < " ").length ?? 0;
  return controls >= FEWEST_CONTROLS && controls > start.length / 20 && !isWide(bytes);
}
