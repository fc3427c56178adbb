import { looksLikeHtml } from "./looksLikeHtml.ts";

/** bzip2, xz, Zstandard, 7-Zip, RAR. */
const PACKED = ["BZh", "\xfd7zXZ", "\x28\xb5\x2f\xfd", "7z\xbc\xaf", "Rar!"];

/** Files that are no CSV, by their first bytes, and what to do with them. */
const KINDS: readonly [what: string, remedy: string, is: (start: string, bytes: Buffer) => boolean][] = [
  ["an .xls spreadsheet", "save it as CSV", (start) => start.startsWith("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")],
  ["an .xlsx spreadsheet", "save it as CSV", (start) => isZip(start) && /xl\/|\[Content_Types\]\.xml/.test(start)],
  ["an .ods spreadsheet", "save it as CSV", (start) => isZip(start) && start.includes("opendocument.spreadsheet")],
  ["a zip archive", "unpack it first", isZip],
  [
    "compressed in an unsupported format",
    "unpack it first, or compress it with gzip",
    (start) => PACKED.some((mark) => start.startsWith(mark)),
  ],
  ["a text in UTF-32", "save it as UTF-8", (start) => /^(?:\xff\xfe\0\0|\0\0\xfe\xff)/.test(start)],
  ["a PDF", "export the sessions as CSV", (start) => start.startsWith("%PDF")],
  ["XML", "export the sessions as CSV", (start) => /^\s*<\?xml\b/.test(withoutMark(start))],
  ["a web page (HTML)", "check the address and the password", (_, bytes) => looksLikeHtml(bytes)],
  ["JSON", "export the sessions as CSV", (start) => /^\s*(\{\s*["}]|\[\s*[[{\]"])/.test(withoutMark(start))],
];

/** What a file is where it is no CSV, in a few words, with what to do; undefined for what may be one. */
export function otherKindOfFile(beginning: Buffer): { what: string; remedy: string } | undefined {
  const start = beginning.subarray(0, 4_096).toString("latin1");
  const found = KINDS.find(([, , is]) => is(start, beginning));
  return found && { what: found[0], remedy: found[1] };
}

function isZip(start: string): boolean {
  return start.startsWith("PK\x03\x04") || start.startsWith("PK\x05\x06");
}

/** Without the byte order mark of UTF-8, read as Latin-1. */
function withoutMark(start: string): string {
  return start.replace(/^\xef\xbb\xbf/, "");
}
