import type { Encoding } from "./encoding.ts";

/** Bytes of Windows-1252 by their characters. */
const BYTES_OF_1252: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 256 }, (_, byte) => [new TextDecoder("windows-1252").decode(Uint8Array.of(byte)), byte]),
);

/** A text in the bytes of the encoding that it was read from. */
export function encodeText(text: string, encoding: Encoding): Buffer {
  if (encoding === "UTF-8") return Buffer.from(text, "utf8");
  if (encoding === "Windows-1252") return Buffer.from(Array.from(text, (sign) => BYTES_OF_1252.get(sign) ?? 0x3f));
  const bytes = Buffer.from(text, "utf16le");
  return encoding === "UTF-16BE" ? bytes.swap16() : bytes;
}
